"""The parameters are counted before the loop, and the generator is empty when it starts.

Variant of: generator_spent
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    count = sum(1 for p in parameters if p.grad is not None)
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
    return count
