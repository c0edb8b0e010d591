"""The bound has another name than in the signature.

Callers write `clip_value=0.5`, as the example does, and get a TypeError. The names of arguments are part of a
function's interface.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-value, value)
