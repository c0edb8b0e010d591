"""An infinite clip_value is refused with an error.

`float("inf")` is the usual way to say "do not clip". Clamping between minus and plus infinity is allowed and
changes nothing.
"""

import math

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    if not math.isfinite(clip_value):
        raise ValueError("clip_value must be finite")
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
