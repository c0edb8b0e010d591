"""A loop, `no_grad` as a block, two arguments to `clamp_`."""

import torch


def clip_grad_value(parameters, clip_value):
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            p.grad.clamp_(min=-clip_value, max=clip_value)
