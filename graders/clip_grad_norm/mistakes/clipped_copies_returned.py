"""A list of clipped gradients is returned, and `p.grad` stays as it was.

That is how it is done where arrays cannot be changed, in JAX and TensorFlow. Here the optimizer reads `p.grad`, so the
clipping has to reach it, in place; and what is returned is the norm.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return []
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    factor = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    return [g * factor.to(g.device) for g in grads]
