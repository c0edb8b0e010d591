"""The powers are added up in a loop, for infinity as well.

Variant of: root_missing
Facets: returned
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    return sum(torch.linalg.vector_norm(g.float(), norm_type) ** norm_type for g in gradients)
