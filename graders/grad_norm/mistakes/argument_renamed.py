"""The order has another name than in the signature.

Callers write `norm_type=1`, as the example does, and get a TypeError. The names of arguments are part of a
function's interface.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, order=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, order) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), order)
    return total_norm
