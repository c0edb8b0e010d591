"""Of each gradient the first 500 rows are clipped.

Variant of: first_64_rows_only
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            (p.grad[:500] if p.grad.dim() else p.grad).clamp_(-clip_value, clip_value)
