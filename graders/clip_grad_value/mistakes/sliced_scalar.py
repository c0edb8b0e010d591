"""A 0-d gradient is sliced, which is an error.

`p.grad[:]` needs at least one dimension, and a single learnable scalar (a temperature, a gate) has none. In-
place operations need no slice: `p.grad.clamp_(...)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad[:].clamp_(-clip_value, clip_value)
