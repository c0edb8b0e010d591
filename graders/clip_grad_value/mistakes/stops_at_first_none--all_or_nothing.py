"""If any gradient is None, no gradient is clipped at all.

Variant of: stops_at_first_none
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    parameters = list(parameters)
    if any(p.grad is None for p in parameters):
        return
    for p in parameters:
        p.grad.clamp_(-clip_value, clip_value)
