"""A single tensor is walked over row by row, and rows have no gradient: the result is zero.

Iterating over a tensor gives its rows, which are not leaves and have no `.grad`. Ask `isinstance(parameters,
torch.Tensor)` first, and put the tensor into a list.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
