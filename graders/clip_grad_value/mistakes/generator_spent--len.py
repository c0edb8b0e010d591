"""`len(parameters)` is asked for, which a generator does not have.

Variant of: generator_spent
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    if len(parameters) == 0:
        return
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
