"""The epsilon is too large (1e-4): clipped gradients end below the threshold.

The epsilon is there to keep a division by zero away, not to change the result: 1e-6, or none at all when the
division happens only above the threshold.
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
    if total_norm > max_norm:
        c = max_norm / (total_norm + 1e-4)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
