"""Whole lists at a time, and the CPU is asked: the fastest of these answers on a CPU.

Two ideas together. `torch._foreach_*` takes all gradients of one device and dtype in one call, which spares Python its
loop. And where the total norm lives on the CPU, a comparison waits for nobody: if nothing needs clipping, the pass that
reads and writes every gradient is spared. On a GPU the same question would stop the host, so it is not asked there.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch


@torch.no_grad()
def clip_grad_norm(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor:
    groups: defaultdict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = defaultdict(list)
    for p in parameters:
        grad = p.grad  # asked for once: each time costs as much as a small operator's bookkeeping
        if grad is not None:
            groups[grad.device, grad.dtype].append(grad)
    if not groups:
        return torch.tensor(0.0)

    first_device = next(iter(groups))[0]
    norms = []
    for (_, dtype), grads in groups.items():
        # The norms of a group travel and are widened together, not one by one.
        stacked = torch.stack(torch._foreach_norm(grads))
        norms.append(stacked.to(first_device, torch.promote_types(dtype, torch.float32)))
    total_norm = torch.linalg.vector_norm(torch.cat(norms))

    # `not >` rather than `<=`: a NaN is above nothing, and leaves the gradients as they are.
    if first_device.type == "cpu" and not total_norm > max_norm:
        return total_norm

    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for (device, _), grads in groups.items():
        torch._foreach_mul_(grads, coefficient.to(device))
    return total_norm
