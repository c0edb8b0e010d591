"""`None` is skipped for the norm, but not where the gradients are scaled.

Variant of: no_none_check
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    parameters = list(parameters)
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            p.grad.detach().mul_(coefficient.to(p.grad.device))
    return total_norm
