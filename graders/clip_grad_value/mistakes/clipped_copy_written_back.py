"""A clipped copy of each gradient is made and then written back.

The numbers are right, but `clamp` allocates as much memory as the gradient has, at the moment when a training
step needs most of it. `clamp_` needs none.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(p.grad.clamp(-clip_value, clip_value))
