"""Each gradient is clipped by its own norm, and the largest norm is returned.

Variant of: per_parameter_norm
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    largest = 0.0
    for p in parameters:
        if p.grad is None:
            continue
        norm = p.grad.norm(2)
        if norm > max_norm:
            p.grad.mul_(max_norm / (norm + 1e-6))
        largest = max(largest, norm.item())
    return largest
