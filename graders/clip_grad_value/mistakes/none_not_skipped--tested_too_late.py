"""The gradient is used before it is tested for None.

Variant of: none_not_skipped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        grad = p.grad.detach()
        if grad is not None:
            grad.clamp_(-clip_value, clip_value)
