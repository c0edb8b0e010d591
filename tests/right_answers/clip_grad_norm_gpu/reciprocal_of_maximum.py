"""Divides by the larger of norm and threshold, guarded for a threshold of 0 or infinity."""

import math

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    groups = {}
    for g in grads:
        groups.setdefault((g.device, g.dtype), []).append(g)
    norms = [n.to(grads[0].device) for group in groups.values() for n in torch._foreach_norm(group, norm_type)]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("not finite")
    if math.isinf(max_norm):
        return total_norm
    # The larger of the two in the denominator: below the threshold the quotient is exactly 1.
    coefficient = max_norm / total_norm.double().clamp(min=max(max_norm, 1e-6))
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm
