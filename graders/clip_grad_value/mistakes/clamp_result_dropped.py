"""The result of clamp is dropped, so nothing is clipped.

`p.grad.clamp(...)` makes a new tensor and leaves the gradient alone. On a line by itself it does nothing that
lasts. Use the kind with an underscore, `clamp_`, which writes into the gradient.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp(-clip_value, clip_value)
