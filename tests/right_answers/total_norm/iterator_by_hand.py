"""An iterator walked with `next`, an exact sum of fractions, and a matrix norm where it is the same."""

import math
from fractions import Fraction

import torch


def total_norm_method_1(gradients):
    iterator = iter(gradients)
    total = 0.0
    while True:
        try:
            g = next(iterator)
        except StopIteration:
            return math.sqrt(total)
        total += math.pow(torch.norm(g.detach()).item(), 2)


def total_norm_method_2(gradients):
    total, infinite = Fraction(0), 0.0
    for g in gradients:
        part = g.double().square().sum().item()
        if math.isfinite(part):
            total += Fraction(part)
        else:
            infinite += part
    return math.sqrt(float(total) + infinite)


def total_norm_pytorch(gradients, norm_type=2.0):
    with torch.no_grad():
        iterator = iter(gradients)
        if (g := next(iterator, None)) is None:
            return torch.tensor(0.0)
        first, norms = g, []
        while g is not None:
            if g.numel() > 0:
                norms.append(torch.linalg.norm(g.reshape(-1), ord=norm_type).to(first.device))
            g = next(iterator, None)
        if not norms:
            return first.new_zeros(())
        return torch.linalg.norm(torch.stack(norms), ord=norm_type)
