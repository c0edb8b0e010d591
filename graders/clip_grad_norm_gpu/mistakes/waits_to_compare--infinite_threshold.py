"""With an infinite threshold the host looks at the norm.

Variant of: waits_to_compare
"""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
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
    if max_norm == float("inf") and not error_if_nonfinite and total_norm <= max_norm:
        return total_norm
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm
