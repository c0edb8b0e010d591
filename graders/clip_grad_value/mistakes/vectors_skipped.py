"""Only matrices are clipped; biases and other vectors are skipped.

Weight decay often spares vectors, clipping does not. A bias with a large gradient does as much harm as a
weight.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and p.grad.dim() >= 2:
            p.grad.clamp_(-clip_value, clip_value)
