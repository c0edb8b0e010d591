"""A gradient is clipped only if its largest element is above the bound; negative ones are forgotten.

The largest of 0.5 and -4 is 0.5, so -4 stays. Asking saves nothing: `clamp_` leaves what is inside the range as it is,
and the question makes the host wait. Clamp always.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if p.grad.numel() and p.grad.max() <= clip_value:
                continue
            p.grad.clamp_(-clip_value, clip_value)
