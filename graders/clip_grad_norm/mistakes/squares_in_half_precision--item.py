"""`total += (g * g).sum().item()`, summed on the host.

Variant of: squares_in_half_precision
Facets: outcome, returned, gradients
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = 0.0
    for g in grads:
        total += (g * g).sum().item()
    total_norm = total**0.5
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / (total_norm + 1e-6))
    return total_norm
