"""Each gradient has its own factor, clamped to 1, and None is returned.

Variant of: per_parameter_norm
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_(torch.clamp(max_norm / (p.grad.norm() + 1e-6), max=1.0))
