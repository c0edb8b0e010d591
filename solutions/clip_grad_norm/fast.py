"""Whole lists at a time, and the CPU is asked: the fastest of these answers on a CPU.

Three ideas together. `torch._foreach_*` takes all gradients of one device and dtype in one call, which spares Python
its loop. Where the total norm lives on the CPU, a comparison waits for nobody: if nothing needs clipping, the pass that
reads and writes every gradient is spared. On a GPU the same question would stop the host, so it is not asked there.
And a large gradient's dot product with itself is the square of its norm: on a CPU all cores share that work, which they
do not for the norm's own operator. (In half precision the square would overflow.)
"""

from collections import defaultdict
from collections.abc import Iterable

import torch

LARGE = 1 << 16  # elements from which the dot product pays


def norms_of(grads: list[torch.Tensor]) -> torch.Tensor:
    """The norms of gradients of one device and dtype, in any order."""
    large: list[torch.Tensor] = []
    if grads[0].device.type == "cpu" and grads[0].dtype in (torch.float32, torch.float64):
        large = [grad for grad in grads if grad.numel() >= LARGE and grad.is_contiguous()]
    if not large:
        return torch.stack(torch._foreach_norm(grads))
    squares = torch.stack([torch.dot(flat, flat) for flat in (grad.view(-1) for grad in large)])
    others = [grad for grad in grads if grad.numel() < LARGE or not grad.is_contiguous()]
    return torch.cat([squares.sqrt(), torch.stack(torch._foreach_norm(others))]) if others else squares.sqrt()


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
        norms.append(norms_of(grads).to(first_device, torch.promote_types(dtype, torch.float32)))
    total_norm = torch.linalg.vector_norm(torch.cat(norms))

    # `not >` rather than `<=`: a NaN is above nothing, and leaves the gradients as they are.
    if first_device.type == "cpu" and not total_norm > max_norm:
        return total_norm

    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for (device, _), grads in groups.items():
        torch._foreach_mul_(grads, coefficient.to(device))
    return total_norm
