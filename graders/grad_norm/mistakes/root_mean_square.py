"""The root of the mean is returned instead of the root of the sum.

Divided by the number of elements, it is an average size and not a norm. Leave the division out: the norm
grows with the number of elements.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    count = sum(g.numel() for g in gradients)
    total = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    return total if norm_type == float("inf") else total / count ** (1 / norm_type)
