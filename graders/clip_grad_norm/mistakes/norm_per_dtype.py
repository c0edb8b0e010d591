"""The gradients are grouped by dtype, and each group is clipped by its own norm.

`torch._foreach_*` wants one dtype in a list, so grouping is right; but the norm is one for all groups. In a model
with float32 and bfloat16 parameters each half is clipped as if the other did not exist. Combine the norms of all
groups first.
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
    for dtype in {g.dtype for g in grads}:
        group = [(g, n) for g, n in zip(grads, norms) if g.dtype == dtype]
        norm = torch.linalg.vector_norm(torch.stack([n for _, n in group]))
        coefficient = torch.where(norm > max_norm, max_norm / (norm + 1e-6), 1.0)
        for g, _ in group:
            g.mul_(coefficient.to(g.device))
    return total_norm
