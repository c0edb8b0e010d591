"""The rows of each gradient are walked over, and a 0-d tensor has no rows.

Variant of: sliced_scalar
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            for row in p.grad:
                row.clamp_(-clip_value, clip_value)
