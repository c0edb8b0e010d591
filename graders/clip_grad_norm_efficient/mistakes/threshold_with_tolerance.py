"""A norm a little above the threshold is not clipped.

The comparison has a tolerance: up to one percent above `max_norm` nothing happens. The threshold is a bound, and
`norm > max_norm` needs no tolerance: where rounding decides, both answers are nearly the same.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm * 1.01:
        c = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
