"""Norms of gradients on different GPUs are stacked, which fails.

When a model is spread over several GPUs, each norm lives on its gradient's device, and `torch.stack` wants one
device. Move the scalars first: `norm.to(grads[0].device)`, and move the factor to each gradient's device before
multiplying.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient)
    return total_norm
