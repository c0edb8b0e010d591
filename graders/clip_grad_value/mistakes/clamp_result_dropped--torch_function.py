"""`torch.clamp(p.grad, ...)` without `out` makes a new tensor too.

Variant of: clamp_result_dropped
"""

import torch


def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            torch.clamp(p.grad.detach(), -clip_value, clip_value)
