"""Whole lists at a time with `torch._foreach_*`, without a single wait for the device.

On a GPU each small operator costs a launch. `torch._foreach_norm` and `torch._foreach_mul_` take a list of tensors of
one device and one dtype, so the gradients are grouped by both. The decision whether to clip is taken on the device, by
`torch.where`: gradients within the limit are multiplied by exactly 1.0, which leaves every bit as it was.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch


@torch.no_grad()
def clip_grad_norm(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor:
    groups: defaultdict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = defaultdict(list)
    for p in parameters:
        if p.grad is not None:
            groups[p.grad.device, p.grad.dtype].append(p.grad)
    if not groups:
        return torch.tensor(0.0)

    first_device = next(iter(groups))[0]
    widened = [
        # Scalars are widened, never gradients: half-precision norms must not be squared in half precision.
        norm.to(first_device, torch.promote_types(dtype, torch.float32))
        for (_, dtype), grads in groups.items()
        for norm in torch._foreach_norm(grads)
    ]
    total_norm = torch.linalg.vector_norm(torch.stack(widened))

    # No `if`, so the host never waits. Where the quotient is not wanted (inf/norm, x/0) it is not chosen.
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)

    for (device, _), grads in groups.items():
        torch._foreach_mul_(grads, coefficient.to(device))

    return total_norm
