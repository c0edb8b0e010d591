"""The bounds are swapped: the lower one is `clip_value` and the upper one `-clip_value`.

Where the lower bound is above the upper one, `clamp_` sets every element to the upper: all gradients become
`-clip_value`. Lower bound first: `clamp_(-clip_value, clip_value)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(clip_value, -clip_value)
