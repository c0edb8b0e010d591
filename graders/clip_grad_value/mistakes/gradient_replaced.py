"""p.grad becomes another tensor object instead of being changed in place.

Whoever holds the old gradient (a flat buffer of data-parallel training, a hook, a test) keeps the one that is
not clipped. Write into the tensor that is there: `p.grad.clamp_(...)`, without an assignment.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.clamp(-clip_value, clip_value)
