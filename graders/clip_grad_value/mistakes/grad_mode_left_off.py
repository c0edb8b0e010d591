"""Gradient recording is switched off and not switched on again.

`torch.set_grad_enabled(False)` holds for the whole program: the next forward pass records nothing, and `backward()`
fails. `with torch.no_grad():` ends where its block ends.
"""

import torch


def clip_grad_value(parameters, clip_value):
    torch.set_grad_enabled(False)
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
