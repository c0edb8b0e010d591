"""`p.grad != p.grad` finds the NaNs, and they are set to 0.

Variant of: nan_hidden
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.masked_fill_(p.grad != p.grad, 0.0)
            p.grad.clamp_(-clip_value, clip_value)
