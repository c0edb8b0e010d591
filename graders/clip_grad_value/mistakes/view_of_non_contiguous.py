"""`.view(-1)` is used on a gradient that is not contiguous, which is an error.

A transposed or sliced gradient cannot be seen as one flat row. `clamp_` works on any shape and any strides:
leave the flattening out.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.view(-1).clamp_(-clip_value, clip_value)
