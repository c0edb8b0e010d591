"""`total += g.norm() ** 2` in the gradient's own dtype.

Variant of: norms_squared_in_half_precision
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    total = 0.0
    for g in grads:
        total = total + g.norm(2).to(grads[0].device) ** 2
    total_norm = total**0.5
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
