"""The powers of each gradient are averaged, and the means are added.

Variant of: root_mean_square
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
    if norm_type != float("inf"):
        sizes = [g.numel() for g in grads if g.numel() > 0]
        norms = [norm.double() ** norm_type / size for norm, size in zip(norms, sizes)]
        return torch.stack(norms).sum() ** (1.0 / norm_type)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
