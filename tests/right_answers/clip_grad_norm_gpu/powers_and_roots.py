"""Norms joined by powers and a root in float64, and by the maximum for infinity."""

import math

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    grads = [p.grad for p in ([parameters] if isinstance(parameters, torch.Tensor) else parameters)]
    grads = [g for g in grads if g is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    kinds = list(dict.fromkeys((g.device, g.dtype) for g in grads))
    groups = [[g for g in grads if (g.device, g.dtype) == kind] for kind in kinds]
    norms = torch.stack([n.to(device) for group in groups for n in torch._foreach_norm(group, norm_type)]).double()
    if math.isinf(norm_type):
        total_norm = norms.amax()
    else:
        total_norm = norms.pow(norm_type).sum().pow(1 / norm_type)
    if error_if_nonfinite and not math.isfinite(total_norm.item()):
        raise RuntimeError("no clipping by a norm that is not finite")
    coefficient = torch.minimum(max_norm / (total_norm + 1e-6), torch.ones_like(total_norm))
    for (place, dtype), group in zip(kinds, groups, strict=True):
        torch._foreach_mul_(group, coefficient.to(place, dtype))
    return total_norm
