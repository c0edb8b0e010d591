"""Only the lower bound is applied, so large positive elements stay.

`clamp_` with one positional argument takes it as the minimum. Give both ends: `clamp_(-clip_value,
clip_value)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value)
