"""A parameter without a gradient stops the function with an error.

Frozen and unused parameters have `p.grad is None`, and None has no `clamp_`. Skip them.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        p.grad.clamp_(-clip_value, clip_value)
