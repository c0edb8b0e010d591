"""`functools.reduce` combines two norms at a time, in float64."""

import functools
import math

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)

    def both(one, other):
        if norm_type == math.inf:
            return torch.maximum(one, other)
        return (one**norm_type + other**norm_type) ** (1 / norm_type)

    home = grads[0].device
    norms = (torch.linalg.vector_norm(g, norm_type).to(home).double() for g in grads if g.numel())
    total = functools.reduce(both, norms, torch.zeros((), dtype=torch.float64, device=home))
    value = total.item()
    if value > max_norm:
        for g in grads:
            g.mul_(max_norm / (value + eps))
    return total
