"""Each device is clipped by the norm of its own gradients; the threshold is for all of them together.

One model spread over two GPUs has one global norm. With one coefficient for each device the step changes its
direction, and clips too little: the parts of 1.0 and 1.0 together have a norm of 1.41.
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
    for (device, _), _ in list(groups.items()):
        here = [
            norm for (d, _), group in groups.items() if d == device for norm in torch._foreach_norm(group, norm_type)
        ]
        device_norm = torch.linalg.vector_norm(torch.stack(here), norm_type)
        coefficient = torch.clamp(max_norm / (device_norm + 1e-6), max=1.0)
        for (d, dtype), group in groups.items():
            if d == device:
                torch._foreach_mul_(group, coefficient.to(d, dtype))
    return total_norm
