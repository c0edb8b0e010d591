"""The parameters no longer require a gradient after the call.

`requires_grad_(False)` was used to be allowed an operation in place, and it was never undone: the next
backward pass gives these parameters no gradient. `torch.no_grad()` allows it for the length of a block.
"""

import torch


def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.requires_grad_(False)
            p.grad.detach().clamp_(-clip_value, clip_value)
