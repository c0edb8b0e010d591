"""`requires_grad` is tested instead: a parameter may require a gradient and not have one.

Variant of: none_not_skipped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.requires_grad:
            p.grad.clamp_(-clip_value, clip_value)
