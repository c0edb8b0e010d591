"""The clamped values never reach p.grad, so nothing is clipped.

`p.grad.clamp(...)` makes a new tensor. On a line by itself its result is lost; `grad = grad.clamp(...)` only gives
a local name to it; and `clone()` has memory of its own, whatever is done to it. The optimizer reads `p.grad`: change
that very tensor, with the underscore: `p.grad.clamp_(...)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp(-clip_value, clip_value)
