"""Each gradient's threshold is in proportion to its weights' norm (adaptive clipping).

Variant of: per_parameter_norm
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in parameters]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    for p, norm in zip(parameters, norms):
        limit = max_norm * p.detach().double().norm().clamp(min=1e-3).to(device)
        p.grad.mul_(torch.where(norm > limit, limit / norm, 1.0).to(p.grad.device))
    return total_norm
