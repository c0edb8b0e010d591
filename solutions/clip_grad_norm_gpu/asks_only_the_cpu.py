"""Never ask a GPU, always ask the CPU: skip the multiplication where the answer is free.

On the CPU `if total_norm > max_norm` waits for nobody, and when nothing needs clipping it saves reading and writing
every gradient. On a GPU the same question stops the host until the device has caught up. So the condition depends on
where the total norm lives.
"""

from collections.abc import Iterable

import torch


@torch.no_grad()
def clip_grad_norm_(
    parameters: Iterable[torch.Tensor] | torch.Tensor,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> torch.Tensor:
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device

    groups = {}
    for g in gradients:
        groups.setdefault((g.device, g.dtype), []).append(g)

    group_norms = [
        torch.linalg.vector_norm(torch.stack(torch._foreach_norm(group, norm_type)), norm_type).to(first_device)
        for group in groups.values()
    ]
    total_norm = torch.linalg.vector_norm(torch.stack(group_norms), norm_type)

    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite, so the gradients cannot be clipped")

    # The device type is known to the host without asking anybody; only on the CPU is the number looked at.
    if first_device.type == "cpu" and total_norm <= max_norm:
        return total_norm

    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device=device, dtype=dtype))
    return total_norm
