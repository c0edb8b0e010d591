"""The norm is returned in a tuple, with something else beside it.

Callers expect one 0-d tensor. Whatever else is worth knowing, such as the number of gradients, does not belong into the
result.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0), 0
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device), len(gradients)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type), len(gradients)
