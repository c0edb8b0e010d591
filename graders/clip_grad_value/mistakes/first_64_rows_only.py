"""Only the first 64 rows of each gradient are clipped.

Real layers are larger than the examples in a test. A bound on the size that is worked on has to go.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            grad = p.grad
            if grad.dim() > 0 and len(grad) > 64:
                grad = grad.narrow(0, 0, 64)
            grad.clamp_(-clip_value, clip_value)
