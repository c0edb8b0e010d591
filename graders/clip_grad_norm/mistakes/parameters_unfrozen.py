"""Frozen parameters require a gradient after the call.

`requires_grad_()` was called on every parameter. Whoever froze them wanted them left alone: the next backward pass
computes their gradients, and the optimizer moves them.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        p.requires_grad_()
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        c = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
