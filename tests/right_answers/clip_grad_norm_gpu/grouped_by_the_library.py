"""PyTorch's private grouping by device and dtype."""

import torch
from torch.utils._foreach_utils import _group_tensors_by_device_and_dtype


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if len(grads) == 0:
        return torch.tensor(0.0)
    first_device = grads[0].device
    groups = _group_tensors_by_device_and_dtype([grads])
    norms = []
    for (_, _), ([group], _) in groups.items():
        norms.extend(torch._foreach_norm(group, norm_type))
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(first_device) for norm in norms]), norm_type)
    if error_if_nonfinite and torch.logical_or(total_norm.isnan(), total_norm.isinf()):
        raise RuntimeError("not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, _), ([group], _) in groups.items():
        torch._foreach_mul_(group, coefficient.to(device))
    return total_norm
