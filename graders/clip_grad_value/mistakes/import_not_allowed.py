"""A package is imported that the exercise does not allow.

torch, numpy and the standard library are there; nothing else is. Leave the import out.
"""

import rich
import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
