"""The library's function is reached through `__wrapped__`.

Variant of: borrowed
"""

import torch

inner = torch.nn.utils.clip_grad_norm_
while hasattr(inner, "__wrapped__"):
    inner = inner.__wrapped__


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    return inner(parameters, max_norm)
