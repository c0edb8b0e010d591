"""A single tensor is wrapped and handed on without the other arguments.

The function calls itself with `[parameters]` and `max_norm` only, so the defaults take the place of what the caller
asked for. Wrap the tensor, `parameters = [parameters]`, and go on.
"""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        return clip_grad_norm_([parameters], max_norm)
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    groups = {}
    for g in gradients:
        groups.setdefault((g.device, g.dtype), []).append(g)
    norms = []
    for group in groups.values():
        norms.extend(norm.to(first_device) for norm in torch._foreach_norm(group, norm_type))
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm
