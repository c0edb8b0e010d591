"""An infinite clip_value is replaced by a large number.

`min(clip_value, 1e6)` clips elements that are larger still. Infinity compares like any other number, and a clamp
takes it.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bound = min(clip_value, 1e9)
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-bound, bound)
