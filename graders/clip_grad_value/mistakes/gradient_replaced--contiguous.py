"""A gradient with gaps is replaced by a contiguous copy.

`p.grad = p.grad.contiguous()` makes a new tensor where the old one had gaps, and who held the old one keeps the
gradient that was never clipped. `clamp_` works on any strides.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.contiguous()
            p.grad.clamp_(-clip_value, clip_value)
