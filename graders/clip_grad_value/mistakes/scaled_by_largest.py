"""The whole gradient is scaled by its largest element; each element should be clamped for itself.

Scaling keeps the direction and shrinks small elements too: that is clipping by the infinity norm. Clipping by
value leaves elements inside the range alone.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and p.grad.numel() > 0:
            largest = p.grad.abs().max()
            if largest > clip_value:
                p.grad.mul_(clip_value / largest)
