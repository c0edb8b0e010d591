"""`torch.where` into a copy that is written back.

Loses: intermediates
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        g = p.grad
        if g is not None:
            clipped = torch.where(g > clip_value, clip_value, torch.where(g < -clip_value, -clip_value, g))
            g.copy_(clipped)
