"""Operators on lists: `_foreach_norm` for the norms, `_foreach_mul` for the squares."""

import torch


def _filled(gradients):
    return [g.detach() for g in gradients if g.numel() > 0]


def total_norm_method_1(gradients):
    filled = _filled(gradients)
    if not filled:
        return 0.0
    return sum(norm.item() ** 2 for norm in torch._foreach_norm(filled)) ** 0.5


def total_norm_method_2(gradients):
    wide = [g.double() for g in _filled(gradients)]
    if not wide:
        return 0.0
    return sum(squares.sum().item() for squares in torch._foreach_mul(wide, wide)) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    filled = [g for g in gradients if g.numel() > 0]
    if not filled:
        return torch.zeros((), device=gradients[0].device) if gradients else torch.tensor(0.0)
    norms = torch._foreach_norm(filled, norm_type)
    return torch.linalg.vector_norm(torch.stack([norm.to(gradients[0].device) for norm in norms]), norm_type)
