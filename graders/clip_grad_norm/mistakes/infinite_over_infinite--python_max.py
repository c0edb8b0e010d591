"""`clip_coef = max_norm / max(norm, max_norm)` with Python's `max`.

Variant of: infinite_over_infinite
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return 0.0
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms)).item()
    clip_coef = max_norm / max(total_norm, max_norm, 1e-30)
    for g in grads:
        g.mul_(clip_coef)
    return total_norm
