"""The largest element of an empty gradient is asked for, which is an error.

Variant of: stops_at_empty
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if not p.grad.abs().max() <= clip_value:
                p.grad.clamp_(-clip_value, clip_value)
