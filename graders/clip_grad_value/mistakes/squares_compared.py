"""Squares are compared in half precision, where they overflow.

The square of any number above 256 is infinite in float16, and so is the square of a bound of 500: infinity is
not greater than infinity, and 1000 passes unclipped. Compare the elements themselves, or clamp.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            outside = p.grad * p.grad > clip_value**2
            p.grad.copy_(torch.where(outside, p.grad.sign() * clip_value, p.grad))
