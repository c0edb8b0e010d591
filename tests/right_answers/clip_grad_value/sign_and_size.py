"""Sign and size apart: the size is limited, the sign put back.

Loses: intermediates
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            size = p.grad.abs().clamp(max=clip_value)
            p.grad[...] = torch.copysign(size, p.grad)
