"""An infinite threshold is replaced by a large number.

`min(max_norm, 1e6)` clips gradients that are larger still, and `max_norm=float("inf")` asks that nothing be clipped.
Infinity compares like any other number: no norm that is finite exceeds it.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    limit = min(max_norm, 1e6)
    if total_norm > limit:
        c = limit / (total_norm + 1e-6)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
