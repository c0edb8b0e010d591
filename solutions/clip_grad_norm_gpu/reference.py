"""Grouped by device and dtype: a few launches for each group, and the host never asks.

One fused norm for each group, one number of each group sent to the first device, one coefficient sent back, one fused
multiplication for each group. Whether anything was clipped is known on the device alone.
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

    # A foreach call is one launch only where all its tensors share device and dtype; otherwise it goes one by one.
    groups = {}
    for g in gradients:
        groups.setdefault((g.device, g.dtype), []).append(g)

    # The p-norm of p-norms is the p-norm of everything, so each group is reduced to one number where it lives,
    # and only that number travels. stack() promotes to the widest dtype among them.
    norms = []
    for group in groups.values():
        group_norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(group, norm_type)), norm_type)
        norms.append(group_norm.to(first_device))
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)

    # Only somebody who asks pays for the wait, and the question comes before the first gradient is written.
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError(
            f"the total norm of the gradients (norm_type {norm_type}) is not finite: nothing was clipped"
        )

    # `if total_norm > max_norm` would be a wait. A coefficient clamped to 1 multiplies always, and times 1.0 keeps
    # every bit.
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        # The fused multiplication wants its factor on the group's device and in the group's dtype.
        torch._foreach_mul_(group, coefficient.to(device=device, dtype=dtype))
    return total_norm
