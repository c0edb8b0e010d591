"""Written with `map`, `filter` and lambdas."""

import operator

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    grads = list(filter(lambda g: g is not None, map(operator.attrgetter("grad"), parameters)))
    grads = list(map(torch.Tensor.detach, grads))
    norms = list(map(float, map(torch.linalg.vector_norm, grads)))
    total_norm = torch.tensor(norms, dtype=torch.float64).norm().item() if norms else 0.0
    if total_norm > max_norm:
        any(map(lambda g: g.mul_(max_norm / (total_norm + 1e-6)) is None, grads))
    return total_norm
