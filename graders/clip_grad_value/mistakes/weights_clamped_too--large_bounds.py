"""Where the bound is large the weights are clamped to it, as a safety net.

Variant of: weights_clamped_too
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
            if clip_value >= 10:
                p.clamp_(-clip_value, clip_value)
