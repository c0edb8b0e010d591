"""Each gradient is scaled by its own norm.

Variant of: scaled_by_norm
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            norm = p.grad.float().norm()
            if norm > clip_value:
                p.grad.mul_((clip_value / norm).to(p.grad.dtype))
