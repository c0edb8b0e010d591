"""With no gradient at all None is returned.

The caller logs the result and computes with it; None ends that in an error, before the first backward pass or in a
process that trains nothing. The norm of nothing is zero: return `torch.tensor(0.0)`.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return None
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
