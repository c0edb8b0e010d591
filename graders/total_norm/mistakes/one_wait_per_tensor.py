"""The PyTorch way waits for the device once for each gradient: `.item()` in the loop.

Every `.item()` stops the host until the device has caught up; with hundreds of parameters the device idles
between them. Keep the norms as 0-d tensors, stack them and take the norm of the stack: not one wait.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).item() for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    wide = torch.promote_types(gradients[0].dtype, torch.float32)
    for g in gradients:
        wide = torch.promote_types(wide, g.dtype)
    return torch.linalg.vector_norm(torch.tensor(norms, dtype=wide).to(device), norm_type)
