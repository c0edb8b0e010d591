"""Every norm travels to the first device, as in PyTorch: simpler, with more small copies.

The norms of all groups are put in one list and each is moved on its own: with many parameters on the second device
that is as many copies of a few bytes, where the plain reference sends one for each group. Compare the lines: the
grouping, the clamp and the order are the same.
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

    norms = []
    for group in groups.values():
        norms.extend(torch._foreach_norm(group, norm_type))
    # to() costs nothing for a norm that is on the first device already.
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(first_device) for norm in norms]), norm_type)

    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite, so the gradients cannot be clipped")

    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device=device, dtype=dtype))
    return total_norm
