"""The gradients are copied on the way to their norm: joined, widened or squared.

`torch.cat`, `.double()` and `g * g` need as much memory again as a gradient has, at the moment of the step when
memory is scarcest. The norm of the norms is the same number and needs one scalar for each gradient.
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
    norms = [g.reshape(-1).to(device) for g in gradients]
    if not norms:
        return torch.zeros((), device=device)
    flat = torch.cat(norms)
    if not flat.numel():
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(flat, norm_type)
