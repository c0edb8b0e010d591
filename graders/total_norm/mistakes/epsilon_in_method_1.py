"""Method 1 adds an epsilon to the norm, which shows as soon as the norm is small.

The epsilon of clipping belongs to the division, where it keeps the denominator from zero. A measured norm has no
denominator: with an epsilon it is too large, and all-zero gradients no longer have norm 0.
"""

import torch


def total_norm_method_1(gradients):
    gradients = [g for g in gradients if g.numel()]
    if not gradients:
        return 0.0
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5 + 1e-8


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
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
