"""A clip_value of 0 is refused with an error.

Variant of: zero_value_ignored
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    if clip_value <= 0:
        raise ValueError("clip_value must be positive")
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
