"""`total += (g ** 2).sum()`, started from a Python number.

Variant of: squares_in_half_precision
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    total = 0.0
    for g in grads:
        total = total + (g**2).sum()
    total_norm = total**0.5
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        for g in grads:
            g.mul_(clip_coef)
    return total_norm
