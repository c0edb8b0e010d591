"""`g.mul(coefficient)` without the underscore, and its result dropped.

Variant of: no_effect
Facets: gradients
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul(coefficient.to(g.device))
    return total_norm
