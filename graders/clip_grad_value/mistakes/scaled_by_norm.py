"""The gradients are scaled by their norm; that is clipping by norm, not by value.

The question asks for each element to be limited for itself. One factor for all leaves no element where it
was, and lets a single outlier shrink the rest.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return
    total_norm = torch.stack([g.float().norm() for g in gradients]).norm()
    if total_norm > clip_value:
        for g in gradients:
            g.mul_((clip_value / total_norm).to(g.dtype))
