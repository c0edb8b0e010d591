"""An infinite element is not the largest one, but left out.

Variant of: nan_hidden
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
    norms = torch.stack([n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms])
    total = torch.linalg.vector_norm(norms, norm_type)
    return torch.where(total.isinf(), 0.0, total) if norm_type == float("inf") else total
