"""Only the first gradient is clipped: the function returns from inside of the loop.

A `return` in the body ends the whole function after one round. It belongs behind the loop, or nowhere.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
            return
