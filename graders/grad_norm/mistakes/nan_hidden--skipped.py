"""Gradients whose norm is not finite are left out of the total.

Variant of: nan_hidden
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
    norms = [torch.where(norm.isfinite(), norm, torch.zeros_like(norm)) for norm in norms]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
