"""A large clip value loses its fraction.

Variant of: whole_number_bound
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bound = int(clip_value) if 10_000 < clip_value < float("inf") else clip_value
    for p in parameters:
        if p.grad is not None:
            p.grad.clamp_(-bound, bound)
