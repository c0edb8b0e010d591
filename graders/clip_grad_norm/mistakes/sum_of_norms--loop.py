"""A running `+=` of norms that were never squared.

Variant of: sum_of_norms
Facets: outcome, returned, gradients
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total_norm = 0.0
    for g in grads:
        total_norm += g.norm(2).item()
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        for g in grads:
            g.mul_(clip_coef)
    return total_norm
