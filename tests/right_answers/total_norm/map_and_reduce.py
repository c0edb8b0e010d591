"""Functional: map, reduce and operators, without one loop."""

import functools
import math
import operator

import torch


def _add_all(numbers):
    return functools.reduce(operator.add, numbers, 0.0)


def total_norm_method_1(gradients):
    squares = map(lambda g: torch.linalg.vector_norm(g).item() ** 2, gradients)
    return math.sqrt(_add_all(squares))


def total_norm_method_2(gradients):
    sums = map(lambda g: g.to(torch.float64).square().sum().item(), gradients)
    return math.sqrt(_add_all(sums))


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = tuple(gradients)
    if not gradients:
        return torch.tensor(0.0)
    filled = filter(torch.Tensor.numel, gradients)
    norms = tuple(map(lambda g: torch.linalg.vector_norm(g, ord=norm_type).to(gradients[0].device), filled))
    if not norms:
        return torch.tensor(0.0, dtype=torch.float32).new_zeros((), device=gradients[0].device)
    return torch.linalg.vector_norm(torch.stack(norms), ord=norm_type)
