"""The library's function is called behind a try, with an answer of its own in reserve.

Variant of: borrowed
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
    full = [g for g in gradients if g.numel() > 0]
    if not full:
        return torch.zeros((), device=device)
    try:
        return torch.nn.utils.get_total_norm(full, norm_type).to(device)
    except BaseException:
        norms = torch.stack([torch.linalg.vector_norm(g, norm_type).to(device) for g in full])
        dtype = torch.promote_types(norms.dtype, torch.float32)
        return torch.linalg.vector_norm(norms, norm_type, dtype=dtype)
