"""The root is taken inside the loop, before the next square is added.

`total = sqrt(total + n²)` is right, but here the old total is added without being squared again. Add the squares
first, and take the root once, after the loop.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.zeros((), device=device)
    for n in norms:
        total_norm = (total_norm + n * n).sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
