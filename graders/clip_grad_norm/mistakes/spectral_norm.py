"""`torch.linalg.norm(g, 2)` is the spectral norm of a matrix, not the norm of its elements.

For a matrix, order 2 gives its largest singular value, which is smaller than the norm of its elements (and slow,
and not defined for more than two dimensions). Use `torch.linalg.vector_norm(g)`, which takes any shape as one
vector.

Seen: 2 of 153 public implementations
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [
        torch.linalg.norm(g.float() if g.dtype.itemsize == 2 else g, 2) if g.dim() == 2 and g.numel() else g.norm()
        for g in grads
    ]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
