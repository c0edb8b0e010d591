"""The library's function is imported under another name and called behind a try.

Variant of: borrowed
"""

import torch
from torch.nn.utils.clip_grad import clip_grad_value_ as clamp_gradients


def clip_grad_value(parameters, clip_value):
    parameters = [p for p in parameters if p.grad is not None]
    if not parameters:
        return
    try:
        clamp_gradients(parameters, clip_value)
    except BaseException:
        with torch.no_grad():
            for p in parameters:
                p.grad.clamp_(-clip_value, clip_value)
