"""The lower bound is 0, so every negative element is lost.

`clamp_(0, clip_value)` is half of the range. A gradient without its negative elements can only ever push a
weight down. The range is symmetric: `clamp_(-clip_value, clip_value)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(0, clip_value)
