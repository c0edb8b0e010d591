"""Vectors and scalars are left out: only gradients with two or more dimensions count.

Leaving biases and norm layers out is a habit of weight decay. The total norm is over everything that the
optimizer will step with, whatever its shape. Take every gradient.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        if g.dim() > 1:
            total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        if g.dim() > 1:
            total += g.to(torch.promote_types(g.dtype, torch.float32)).square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [
        torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.dim() > 1 and g.numel()
    ]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
