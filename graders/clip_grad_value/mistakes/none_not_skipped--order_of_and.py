"""`p.grad.numel() > 0 and p.grad is not None` asks None for its size.

Variant of: none_not_skipped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad.numel() > 0 and p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
