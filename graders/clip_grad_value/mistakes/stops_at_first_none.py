"""The loop stops at the first parameter without a gradient; those after it are not clipped.

`break` and `return` leave the loop, `continue` goes on with the next parameter; and an error that is caught outside
of the loop has ended it as well. A frozen first layer would switch clipping off for the whole model.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is None:
            break
        p.grad.clamp_(-clip_value, clip_value)
