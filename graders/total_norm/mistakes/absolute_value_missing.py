"""Elements are raised to p with their sign, so for odd p they cancel.

|x| ** p needs its bars: (-3) ** 3 is -27 and wipes out a 3, and a negative number to a fractional power is NaN.
For even p nothing shows. Take `.abs()` first, or let `vector_norm` do it.
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
    if norm_type == float("inf"):
        return torch.stack([g.abs().max().to(device) for g in gradients if g.numel()]).max()
    norms = [
        g.to(torch.promote_types(g.dtype, torch.float32)).pow(norm_type).sum().to(device)
        for g in gradients
        if g.numel()
    ]
    if not norms:
        return torch.zeros((), device=device)
    return torch.stack(norms).sum() ** (1.0 / norm_type)
