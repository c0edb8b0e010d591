"""The clip value is rounded to a few decimals, so a very small one becomes 0.

With `clip_value=2.5e-7` a bound rounded to six decimals is 0.0, and every gradient vanishes. Use the number
that was given.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bound = round(clip_value, 6)
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-bound, bound)
