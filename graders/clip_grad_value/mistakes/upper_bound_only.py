"""Only the upper bound is applied, so large negative elements stay.

Half of all outliers are negative. A clamp needs both ends: `clamp_(-clip_value, clip_value)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(max=clip_value)
