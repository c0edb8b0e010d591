"""A list comprehension for its effect, which returns the gradients."""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    return [p.grad.clamp_(-clip_value, clip_value) for p in parameters if p.grad is not None]
