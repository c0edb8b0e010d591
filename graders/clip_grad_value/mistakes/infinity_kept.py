"""Infinite elements are left alone; each should become the bound of its sign.

An infinity is above every finite bound, so it is clipped like any other large element. Use `clamp_` for all
elements, without a test for finite ones.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            clipped = p.grad.clamp(-clip_value, clip_value)
            p.grad.copy_(torch.where(p.grad.isfinite(), clipped, p.grad))
