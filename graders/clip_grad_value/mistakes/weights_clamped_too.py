"""The gradients are clamped, and the weights with them.

Clipping must not touch the parameters: a weight larger than `clip_value` is nothing unusual. Clamp `p.grad`
only.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            for tensor in (p, p.grad):
                tensor.clamp_(-clip_value, clip_value)
