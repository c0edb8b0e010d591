"""The formula of clipping by norm, with its epsilon.

Variant of: scaled_by_norm
Facets: gradients
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return
    total_norm = torch.stack([g.norm() for g in gradients]).norm()
    if total_norm > clip_value:
        for g in gradients:
            g.mul_(clip_value / (total_norm + 1e-6))
