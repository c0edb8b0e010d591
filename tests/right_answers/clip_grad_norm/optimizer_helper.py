"""The library's grouping helper, which is no clipping function, and annotations."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.utils._foreach_utils import _group_tensors_by_device_and_dtype


@torch.no_grad()
def clip_grad_norm(parameters: Iterable[Tensor], max_norm: float) -> Tensor:
    grads: list[Tensor] = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    home = grads[0].device
    groups = _group_tensors_by_device_and_dtype([grads])
    norms: list[Tensor] = []
    for (device_grads,), _ in groups.values():
        norms += [torch.linalg.vector_norm(g).to(home, torch.float64) for g in device_grads]
    total = torch.stack(norms).square().sum().sqrt()
    if total.gt(max_norm):
        for (device, _), ((device_grads,), _) in groups.items():
            torch._foreach_mul_(device_grads, (max_norm / total).to(device, torch.float32))
    return total
