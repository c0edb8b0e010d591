"""Python's `min` and `max` are asked about tensors.

They compare with `<` and take the truth of the answer, which a tensor of several elements does not have. `torch.clamp`,
or `torch.minimum` and `torch.maximum`, compare element by element.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.copy_(max(-clip_value, min(clip_value, p.grad)))
