"""A parameter that was frozen after the backward pass keeps its gradient unclipped.

`requires_grad` says whether the next backward pass will make a gradient, not whether there is one now. The question
is whether `p.grad is not None`, and nothing else.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.requires_grad and p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
