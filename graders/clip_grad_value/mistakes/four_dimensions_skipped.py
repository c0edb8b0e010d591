"""Gradients of more than three dimensions are not clipped.

The weights of a convolution have four dimensions or five. A clamp asks for elements, never for dimensions.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if p.grad.dim() < 4:
                p.grad.clamp_(-clip_value, clip_value)
