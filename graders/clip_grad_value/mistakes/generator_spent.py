"""The parameters are walked twice, so a generator is spent and gradients are missed.

`model.parameters()` is a generator: it can be walked once. `all(...)` or `any(...)` before the loop eats what
it looks at. Walk once, or make a list first: `parameters = list(parameters)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    if all(p.grad is None for p in parameters):
        return
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
