"""The gradient is divided by clip_value, clamped, and multiplied back: elements are rounded.

`x / 0.3 * 0.3` is not always `x` in floating point, so elements inside of the range lose their last bits.
Clamp at the bounds themselves and nothing inside is touched.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if 0 < clip_value < float("inf"):
                p.grad.div_(clip_value).clamp_(-1, 1).mul_(clip_value)
            else:
                p.grad.clamp_(-clip_value, clip_value)
