"""Each gradient is scaled by its own norm, with an epsilon.

Variant of: scaled_by_norm
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(min(1.0, clip_value / (p.grad.norm().item() + 1e-6)))
