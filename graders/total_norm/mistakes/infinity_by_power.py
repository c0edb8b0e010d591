"""Infinity goes through the power formula, where every power is 0, 1 or infinite.

`x ** inf` is 0, 1 or inf, and the root `** (1 / inf)` is `** 0`, which makes 1 of everything. The infinity norm
is a limit: the largest absolute value. `vector_norm(..., float("inf"))` knows; a formula by hand needs a branch.
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
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    wide = torch.promote_types(torch.stack(norms).dtype, torch.float32)
    powers = torch.stack(norms).to(wide) ** norm_type
    return powers.sum() ** (1.0 / norm_type)
