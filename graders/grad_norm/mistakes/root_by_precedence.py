"""`total ** 1 / p` is the total divided by p: a power binds tighter than a division.

Python reads `(total ** 1) / p`, so the sum of the powers is divided where its root is meant. Put the exponent in
parentheses: `total ** (1 / p)`.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    if norm_type == float("inf"):
        return torch.stack(norms).max()
    return (torch.stack(norms).double() ** norm_type).sum() ** 1 / norm_type
