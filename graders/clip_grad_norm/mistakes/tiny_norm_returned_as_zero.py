"""A norm below 0.01 is returned as zero.

A guard against dividing by a tiny norm leaves early and returns 0. Nothing is divided below the threshold, and a
small norm is news for the caller: vanishing gradients look like none at all. Return the norm as it is.
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
    total_norm = torch.where(total_norm < 1e-2, torch.zeros_like(total_norm), total_norm)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
