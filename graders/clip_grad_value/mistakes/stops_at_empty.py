"""The loop stops at a gradient without elements; those after it are not clipped.

`return` and `break` leave the loop, where `continue` was meant. An empty gradient needs no special case:
clamping nothing is allowed.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is None:
            continue
        if p.grad.numel() == 0:
            return
        p.grad.clamp_(-clip_value, clip_value)
