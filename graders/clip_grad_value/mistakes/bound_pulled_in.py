"""The bound is made a little smaller, so elements that lie on it are changed.

`0.1` in float32 is a little more than 0.1, and the margin was to make `abs().max() <= clip_value` true. But an
element that equals `clip_value` is inside the range and stays as it is. Compare with a tolerance, and clamp at the
number itself.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bound = clip_value * (1 - 1e-7)
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-bound, bound)
