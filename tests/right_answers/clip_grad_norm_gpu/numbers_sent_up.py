"""Sends numbers of its own to the device, and asks it for none."""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    groups = {}
    for p in parameters:
        if p.grad is not None:
            groups.setdefault((p.grad.device, p.grad.dtype), []).append(p.grad)
    if not groups:
        return torch.tensor(0.0)
    first = next(iter(groups))[0]
    norms = [torch.stack(torch._foreach_norm(group, norm_type)).double() for group in groups.values()]
    total_norm = torch.linalg.vector_norm(torch.cat([norm.to(first) for norm in norms]), norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    limit = torch.tensor(max_norm, dtype=total_norm.dtype, device=first)
    coefficient = torch.where(total_norm > limit, limit / (total_norm + 1e-6), torch.ones_like(limit))
    for (device, _), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device))
    return total_norm
