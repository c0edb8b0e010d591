"""A model is expected: its `.parameters()` are asked for, and the caller has passed them already.

The signature says `parameters`, any iterable of tensors: a list has no `.parameters()`, and a caller may want to
clip a part of a model. Walk what you are given.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters.parameters():
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
