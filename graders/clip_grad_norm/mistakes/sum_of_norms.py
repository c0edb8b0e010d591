"""The norms are added up instead of being combined as a root of squares.

Norms of pieces do not add: pieces with norms 3 and 4 have the norm 5 together, not 7. The sum is too large, so too
much is clipped. Square the norms, add, take the root; `vector_norm(torch.stack(norms))` does it.
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
    total_norm = torch.stack(norms).sum()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
