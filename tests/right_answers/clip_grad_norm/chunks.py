"""In chunks of a fixed size: temporaries are made, but none that grows with a gradient.

Loses: synchronisation
"""

import torch

SIZE = 1024


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    gradients = [p.grad for p in parameters if p.grad is not None]
    total = 0.0
    for gradient in gradients:
        for chunk in (gradient.view(-1) if gradient.is_contiguous() else gradient.flatten()).split(SIZE):
            total += float(chunk.double().pow(2).sum())
    total **= 0.5
    if not total <= max_norm:
        for gradient in gradients:
            gradient.mul_(max_norm / total)
    return total
