"""The norm so far decides about each gradient while the sum is still growing.

Variant of: per_parameter_norm
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    total = 0.0
    for p in parameters:
        if p.grad is None:
            continue
        total = total + p.grad.norm(2).float() ** 2
        norm = total**0.5
        if norm > max_norm:
            p.grad.mul_(max_norm / (norm + 1e-6))
    return torch.as_tensor(total) ** 0.5
