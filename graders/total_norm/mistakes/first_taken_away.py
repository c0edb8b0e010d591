"""The first gradient is taken with `next(iter(...))`, and a generator does not give it a second time.

On a list `iter` starts afresh, on a generator it is the generator: the gradient that was looked at for its device
is missing from the norm. Make a list first: `gradients = list(gradients)`.
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
    first = next(iter(gradients), None)
    if first is None:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g.detach(), norm_type).to(first.device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=first.device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
