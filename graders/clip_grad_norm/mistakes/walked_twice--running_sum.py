"""A running sum walks the parameters, then the scaling loop finds the generator spent.

Variant of: walked_twice
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    total_norm = 0.0
    for p in parameters:
        if p.grad is not None:
            total_norm = total_norm + p.grad.norm(2).float() ** 2
    total_norm = total_norm**0.5
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        for p in parameters:
            if p.grad is not None:
                p.grad.mul_(clip_coef)
    return total_norm
