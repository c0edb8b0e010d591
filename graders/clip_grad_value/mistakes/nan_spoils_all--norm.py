"""The norm of all gradients is compared first, and it is NaN.

Variant of: nan_spoils_all
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = sum(torch.linalg.vector_norm(g).item() ** 2 for g in grads) ** 0.5
    if total > clip_value:
        for g in grads:
            g.clamp_(-clip_value, clip_value)
