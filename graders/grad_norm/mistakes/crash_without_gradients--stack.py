"""`torch.stack` refuses an empty list of norms.

Variant of: crash_without_gradients
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if gradients and not norms:
        return torch.zeros((), device=gradients[0].device)
    return torch.linalg.vector_norm(torch.stack([norm.to(norms[0].device) for norm in norms]), norm_type)
