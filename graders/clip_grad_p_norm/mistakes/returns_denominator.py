"""The denominator of the coefficient is returned: the norm with eps added.

The value is logged as the gradient norm and compared between runs; with eps it is too large, visibly so for small
norms. Return the norm, and add eps only where you divide.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if total_norm.item() > max_norm:
        total_norm = total_norm + eps
        coefficient = max_norm / total_norm
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
