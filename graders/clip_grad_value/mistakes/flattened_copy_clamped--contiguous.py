"""`contiguous()` copies in the same silent way.

Variant of: flattened_copy_clamped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.contiguous().clamp_(-clip_value, clip_value)
