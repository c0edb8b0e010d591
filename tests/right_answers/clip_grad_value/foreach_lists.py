"""`_foreach` operations on everything at once, after a test for nothing at all.

The operations sort devices and dtypes out themselves, by falling back to a loop.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    grads = [p.grad for p in parameters if p.grad is not None]
    if grads:
        torch._foreach_clamp_min_(grads, -clip_value)
        torch._foreach_clamp_max_(grads, clip_value)
