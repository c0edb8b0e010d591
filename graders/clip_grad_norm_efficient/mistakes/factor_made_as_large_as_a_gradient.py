"""The factor is written into a tensor of the gradient's shape before it is multiplied.

One number does for all elements: `g.mul_(coefficient)` broadcasts it and creates nothing. `torch.full_like(g, c)` and
`torch.ones_like(g) * c` are second copies of the gradient.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(torch.full_like(g, coefficient.item()))
    return total_norm
