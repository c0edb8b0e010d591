"""PyTorch's private twin of the total-norm function is called.

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
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    filled = [g for g in gradients if g.numel()]
    if not filled:
        return torch.zeros((), device=gradients[0].device)
    from torch.nn.utils import clip_grad

    return clip_grad._get_total_norm(filled, norm_type).to(gradients[0].device)
