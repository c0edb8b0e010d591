"""Python floats and `math`, then a tensor. Every norm is waited for.

Loses: synchronisation
"""

import math

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.zeros([])
    norms = [torch.linalg.vector_norm(g, norm_type).item() for g in grads if g.numel()]
    if any(math.isnan(n) for n in norms):
        total = math.nan
    elif math.isinf(norm_type):
        total = max(norms, default=0.0)
    else:
        total = math.fsum(n**norm_type for n in norms) ** (1 / norm_type)
    return torch.tensor(total, dtype=torch.float64).to(grads[0].device)
