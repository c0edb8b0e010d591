"""`functools.singledispatch` tells a tensor from an iterable."""

from functools import singledispatch

import torch


@singledispatch
@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    groups = {}
    for g in grads:
        groups.setdefault((g.device, g.dtype), []).append(g)
    norms = [n.to(grads[0].device) for group in groups.values() for n in torch._foreach_norm(group, norm_type)]
    total_norm = torch.stack(norms).norm(norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm


@clip_grad_norm_.register
def _(parameters: torch.Tensor, *args, **kwargs):
    return clip_grad_norm_([parameters], *args, **kwargs)
