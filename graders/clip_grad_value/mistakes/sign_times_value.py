"""Every element becomes plus or minus clip_value: only its sign is kept.

That is sign descent. Small elements are blown up to the bound, where clipping must leave them alone.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(p.grad.sign() * clip_value)
