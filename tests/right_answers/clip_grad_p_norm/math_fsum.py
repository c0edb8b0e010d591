"""The powers of the norms are added by `math.fsum`; each norm is fetched by itself.

Loses: synchronisation
"""

import math

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    with torch.no_grad():
        norms = [torch.linalg.vector_norm(g, norm_type).item() for g in grads if g.numel()]
        if any(map(math.isnan, norms)):
            return torch.tensor(math.nan, device=device)
        if norm_type == float("inf"):
            norm = max(norms, default=0.0)
        else:
            norm = math.fsum(n**norm_type for n in norms) ** (1.0 / norm_type)
        if norm > max_norm:
            for g in grads:
                g.mul_(max_norm / (norm + eps))
    return torch.tensor(norm, device=device)
