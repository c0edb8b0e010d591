"""A small epsilon is added to the norm, so tiny norms come out too large.

The epsilon belongs to clipping, where one divides by the norm. Nothing is divided here: return the norm as it
is.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    stacked = torch.stack(norms)
    dtype = torch.promote_types(stacked.dtype, torch.float32)
    total = torch.linalg.vector_norm(stacked, norm_type, dtype=dtype)
    return total + torch.finfo(dtype).eps
