"""The square root is taken, whatever norm_type is.

The inverse of a p-th power is the p-th root: `** (1 / norm_type)`. A square root is right for p = 2 only.
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
    if norm_type == float("inf"):
        return torch.stack(norms).max()
    return torch.stack(norms).double().pow(norm_type).sum().sqrt()
