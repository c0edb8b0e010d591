"""A tensor that grows with a gradient is made on the way: a clipped copy, absolute values, a mask.

The numbers are right, but `clamp`, `abs` and `g > clip_value` allocate memory for every element, at the moment when a
training step needs most of it. `clamp_` needs none.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(p.grad.clamp(-clip_value, clip_value))
