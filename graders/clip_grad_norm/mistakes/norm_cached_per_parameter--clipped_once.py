"""A parameter that was clipped once is marked and never scaled again.

Variant of: norm_cached_per_parameter
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
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            if not getattr(p, "clipped", False):
                p.grad.mul_(coefficient.to(p.grad.device))
                p.clipped = True
    return total_norm
