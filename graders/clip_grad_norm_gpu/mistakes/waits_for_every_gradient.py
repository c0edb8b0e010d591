"""`.item()` on every gradient's norm: the host waits for the device once for each parameter.

The GPU runs dry between one norm and the next. Keep the norms as 0-d tensors, stack them and take their norm on the
device; the host needs none of them.
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
    powers = [torch.linalg.vector_norm(g, norm_type).item() for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.tensor(powers, dtype=torch.float64), norm_type).to(first_device)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm
