"""The loop begins one parameter too late: `range(1, len(parameters))`.

Variant of: last_gradient_skipped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in list(parameters)[1:]:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
