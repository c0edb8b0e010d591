"""A parameter without a gradient stops the function with an error.

Frozen and unused parameters have `p.grad is None`, and None has no `clamp_`. Skip them, and ask before anything else:
`p.grad.detach()` a line above the test, or `p.grad.numel() > 0` to the left of it, already needs a tensor.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        p.grad.clamp_(-clip_value, clip_value)
