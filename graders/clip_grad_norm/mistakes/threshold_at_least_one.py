"""A threshold below 1 is taken for 1.

`max(max_norm, 1.0)` was to be on the safe side, but thresholds such as 0.25 are in use, and nothing is clipped to them.
Compare the norm with `max_norm` as it is given.
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
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    max_norm = max(max_norm, 1.0) if max_norm > 0 else max_norm
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
