"""The powers of Python floats, with no case for infinity.

Variant of: infinity_as_power
Facets: returned
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g, norm_type).item() ** norm_type
    return total ** (1.0 / norm_type)
