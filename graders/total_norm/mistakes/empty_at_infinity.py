"""A gradient without elements raises when norm_type is infinity.

The largest of nothing does not exist, so `vector_norm(torch.zeros(0), float("inf"))` raises, while every finite p
gives 0. An empty gradient adds nothing to any norm: leave it out with `if g.numel()`.
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
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
