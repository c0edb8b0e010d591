"""`requires_grad` is switched off to keep the graph away, and left off.

The next `backward()` finds nothing to differentiate. `torch.no_grad()` keeps the graph away without touching the
parameters.
"""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
    for p in parameters:
        p.requires_grad_(False)
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
