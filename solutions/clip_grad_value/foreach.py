"""Two launches for each device and dtype, however many parameters there are.

A model with hundreds of small parameters spends its time in starting operations, not in doing them. The `_foreach`
operations take a whole list of tensors at once. There is no `_foreach_clamp_`, so the two bounds take one pass each:
fewer launches, twice the memory traffic. The names begin with an underscore: PyTorch promises nothing about them.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch


@torch.no_grad()
def clip_grad_value(parameters: Iterable[torch.Tensor], clip_value: float) -> None:
    """Clamp every element of every gradient into [-clip_value, clip_value], in place."""
    # The fast kernels want lists of one device and one dtype. Grouping also settles the case of no gradient at all:
    # there is no group then, where a `_foreach` operation would refuse an empty list.
    groups: defaultdict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = defaultdict(list)
    for p in parameters:
        grad = p.grad  # asked for once: each time costs as much as a small operator's bookkeeping
        if grad is not None:
            groups[grad.device, grad.dtype].append(grad)

    for gradients in groups.values():
        # Below first or above first is the same, and NaN passes through both.
        torch._foreach_clamp_min_(gradients, -clip_value)
        torch._foreach_clamp_max_(gradients, clip_value)
