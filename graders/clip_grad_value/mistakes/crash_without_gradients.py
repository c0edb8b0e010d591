"""With no gradient at all the function stops with an error.

The first gradient is looked at without asking whether there is one. A model whose backward pass has not run
yet, or an empty list, is an ordinary case in which nothing happens.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    first = gradients[0]
    for g in [first, *gradients[1:]]:
        g.clamp_(-clip_value, clip_value)
