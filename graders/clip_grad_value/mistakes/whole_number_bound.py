"""The clip value is turned into an integer, so 0.5 becomes 0.

`int(0.5)` is 0, and a bound of 0 erases the gradient. Clip values are usually fractions: use the number as it
is.
"""

import math

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bound = int(clip_value) if math.isfinite(clip_value) else clip_value
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-bound, bound)
