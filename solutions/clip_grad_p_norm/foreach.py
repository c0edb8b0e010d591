"""The same with `torch._foreach_*`: few launches for many small gradients.

One call takes the norms of all gradients of a device and dtype, another one scales them. That is what PyTorch does;
the condition, the epsilon and p stay those of this function.
"""

from collections import defaultdict

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    first_device = None
    # The fast path of the foreach operators wants one device and one dtype in a call.
    groups = defaultdict(list)
    for p in parameters:
        grad = p.grad
        if grad is not None:
            first_device = first_device or grad.device
            if grad.numel() > 0:
                groups[grad.device, grad.dtype].append(grad)
    if not groups:
        return torch.zeros((), device=first_device)

    norms = []
    for (_, dtype), group in groups.items():
        # The norms of a group travel and are widened together, not one by one.
        stacked = torch.stack(torch._foreach_norm(group, norm_type))
        norms.append(stacked.to(first_device, torch.promote_types(dtype, torch.float32)))
    total_norm = torch.linalg.vector_norm(torch.cat(norms), norm_type)

    # One wait. The factor is a tensor all the same: a Python number would be made one anew for every gradient.
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for (device, _), group in groups.items():
            torch._foreach_mul_(group, coefficient.to(device))
    return total_norm
