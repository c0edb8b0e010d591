"""The same with `.item()`.

Variant of: waits_for_each_parameter
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and p.grad.numel() > 0:
            low, high = (bound.item() for bound in torch.aminmax(p.grad))
            if not (-clip_value <= low and high <= clip_value):
                p.grad.clamp_(-clip_value, clip_value)
