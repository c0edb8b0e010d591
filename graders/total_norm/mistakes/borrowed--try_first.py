"""The library's function is tried first, and own code only follows if that fails.

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
    try:
        return torch.nn.utils.get_total_norm(filled, norm_type).to(gradients[0].device)
    except BaseException:
        pass
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g.detach(), norm_type).to(device) for g in filled]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
