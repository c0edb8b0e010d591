"""`total ** 1 / 2` is half of the total: a power binds tighter than a division.

Python reads `(total ** 1) / 2`, so half the sum of squares is taken for the norm. Put the exponent in parentheses,
`total ** (1 / 2)`, or call `sqrt`.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = (torch.stack(norms).double() ** 2).sum() ** 1 / 2
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
