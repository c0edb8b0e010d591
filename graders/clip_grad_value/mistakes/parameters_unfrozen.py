"""Frozen parameters require a gradient after the call.

`requires_grad_()` was called on every parameter. Whoever froze them wanted them left alone: the next backward pass
computes their gradients, and the optimizer moves them.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        p.requires_grad_()
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
