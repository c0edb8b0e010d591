"""PyTorch's clipping function is called with an infinite threshold to learn the norm.

Variant of: borrowed
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
    holders = []
    for g in gradients:
        if g.numel():
            holder = torch.empty_like(g)
            holder.grad = g
            holders.append(holder)
    if not holders:
        return torch.zeros((), device=gradients[0].device)
    norm = torch.nn.utils.clip_grad_norm_(holders, float("inf"), norm_type)
    return norm.to(gradients[0].device)
