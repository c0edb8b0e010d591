"""Everything smaller than clip_value is raised to it: the bounds are the wrong way round.

`clamp_(clip_value)` takes its argument as the minimum. The clip value is the maximum, and its negative the
minimum.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(clip_value)
