"""Divided by the largest first, so that no power overflows: a norm as numerical libraries compute it.

Loses: intermediates
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    full = [g for g in grads if g.numel()]
    if not full:
        return torch.zeros((), device=grads[0].device if grads else None)
    device = grads[0].device
    largest = torch.stack([g.abs().amax().to(device).double() for g in full]).amax()
    if norm_type == float("inf"):
        return largest
    scale = torch.where(largest == 0, torch.ones_like(largest), largest)
    powers = [((g.double() / scale.to(g.device)).abs() ** norm_type).sum().to(device) for g in full]
    return scale * sum(powers[1:], powers[0]) ** (1 / norm_type)
