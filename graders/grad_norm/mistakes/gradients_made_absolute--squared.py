"""The squares are taken in place, too.

Variant of: gradients_made_absolute
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
    if norm_type == float("inf"):
        norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
        return torch.stack(norms).max() if norms else torch.zeros((), device=device)
    total = sum(g.abs_().pow_(norm_type).sum().to(device) for g in gradients)
    return total ** (1 / norm_type)
