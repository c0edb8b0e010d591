"""Scaled by the largest element before squaring, as BLAS does it; a copy is made on the way.

Loses: intermediates, synchronisation
"""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    with torch.inference_mode():
        largest = max((g.abs().max().item() for g in grads if g.numel()), default=0.0)
        if any(bool(torch.isnan(g).any()) for g in grads):
            return float("nan")
        if largest == 0.0 or largest == float("inf"):
            return largest
        total = largest * sum(float((g.double() / largest).square().sum()) for g in grads) ** 0.5
        if total > max_norm:
            for g in grads:
                torch.mul(g, max_norm / total, out=g)
    return total
