"""A clip_value of 0 is taken for "no clipping".

`if not clip_value` is true for 0 as well as for None. A bound of 0 is a bound: every element becomes 0.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    if not clip_value:
        return
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
