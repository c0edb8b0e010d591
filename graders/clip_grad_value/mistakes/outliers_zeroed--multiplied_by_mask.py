"""The gradient is multiplied by a mask of the elements that are small enough.

Variant of: outliers_zeroed
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(p.grad.abs() <= clip_value)
