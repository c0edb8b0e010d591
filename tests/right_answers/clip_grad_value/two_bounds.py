"""One bound after the other, each in place."""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_max_(clip_value)
            p.grad.clamp_min_(-clip_value)
