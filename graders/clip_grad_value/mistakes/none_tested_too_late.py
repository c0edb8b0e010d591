"""The gradient is used before it is tested for None.

The test is there, but a line above it (or to the left of it) already needs a tensor. `p.grad is not None` has
to come first.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        grad = p.grad.detach()
        if grad is not None:
            grad.clamp_(-clip_value, clip_value)
