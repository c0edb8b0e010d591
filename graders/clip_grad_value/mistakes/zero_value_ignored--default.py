"""`clip_value or 1.0` puts a default in the place of 0.

Variant of: zero_value_ignored
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    clip_value = clip_value or 1.0
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
