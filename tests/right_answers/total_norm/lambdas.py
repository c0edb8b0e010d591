"""Lambdas, partial application and keyword arguments."""

from functools import partial

import torch

_sum_of = lambda f, gradients: sum(f(g) for g in gradients)  # noqa: E731
_root = lambda number: number**0.5  # noqa: E731
total_norm_method_1 = lambda gradients: float(  # noqa: E731
    _root(_sum_of(lambda g: torch.linalg.vector_norm(g).item() ** 2, gradients))
)
total_norm_method_2 = lambda gradients: float(  # noqa: E731
    _root(_sum_of(lambda g: g.to(torch.float64).pow(exponent=2).sum().item(), gradients))
)


def _way(gradients, norm_type=2.0, *, norm):
    first = None
    norms = []
    for g in gradients:
        first = first if first is not None else g.device
        if g.nelement():
            norms.append(norm(g.detach(), norm_type))
    if norms:
        return norm(torch.stack([n.to(device=first, non_blocking=True) for n in norms]), norm_type)
    return torch.zeros([], device=first)


total_norm_pytorch = partial(_way, norm=torch.linalg.vector_norm)
