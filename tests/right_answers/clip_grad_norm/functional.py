"""filter, map and reduce instead of loops; the sum of squares is kept in float64.

Loses: devices
"""

from functools import reduce
from operator import attrgetter

import torch


def clip_grad_norm(parameters, max_norm):
    grads = tuple(filter(lambda g: g is not None, map(attrgetter("grad"), parameters)))
    with torch.no_grad():
        norms = map(lambda g: torch.linalg.vector_norm(g).double() ** 2, grads)
        total = reduce(torch.add, norms, torch.zeros((), dtype=torch.float64)).sqrt()
        factor = torch.where(total > max_norm, max_norm / (total + 1e-6), torch.ones_like(total))
        list(map(lambda g: g.mul_(factor), grads))
    return total
