"""The norm is kept above a small number, so that nothing is divided by zero.

`clamp(min=1e-6)` guards the division, but the result is returned too: gradients of nothing but zeros have norm 0.
Put the guard into the denominator, `total_norm + 1e-6`, or divide only above the threshold.
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
    total_norm = total_norm.clamp(min=1e-6)
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
