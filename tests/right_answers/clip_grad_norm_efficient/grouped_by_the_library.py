"""PyTorch's private grouping by device and dtype, then fused calls."""

import torch
from torch.utils._foreach_utils import _group_tensors_by_device_and_dtype


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    groups = _group_tensors_by_device_and_dtype([grads])
    norms = []
    for (_, _), ([group], _) in groups.items():
        norms.extend(torch._foreach_norm(group))
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(grads[0].device) for norm in norms]))
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, _), ([group], _) in groups.items():
        torch._foreach_mul_(group, coefficient.to(device))
    return total_norm
