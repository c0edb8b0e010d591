"""The first parameter is asked for its device, and there may be none.

An empty list has no first element. Each gradient knows its own device.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    parameters = list(parameters)
    bounds = {parameters[0].device: clip_value}
    for p in parameters:
        if p.grad is not None:
            bound = bounds.setdefault(p.grad.device, clip_value)
            p.grad.clamp_(-bound, bound)
