"""Elements outside of the range become 0 instead of the bound.

A large element says that the weight should move far. Clipping shortens that move; setting it to 0 forbids it,
and the weight that is most wrong never learns.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad[p.grad.abs() > clip_value] = 0
