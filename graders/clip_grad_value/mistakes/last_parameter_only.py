"""Only the last parameter is clipped: the clamp stands after the loop.

After a loop, the loop's variable is the last element. The clamp belongs into the body, one level further in.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    grad = None
    for p in parameters:
        if p.grad is not None:
            grad = p.grad
    if grad is not None:
        grad.clamp_(-clip_value, clip_value)
