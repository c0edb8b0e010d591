"""The norms of the gradients are added up.

Norms add up like the sides of a triangle, not like lengths on a line: (3, 4) makes 5. Only for p = 1 is the
sum right. Add their powers and take the root, or take the norm of the norms.
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
    return torch.stack(norms).sum()
