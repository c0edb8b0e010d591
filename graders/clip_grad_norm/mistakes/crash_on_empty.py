"""A gradient without elements makes the largest value fail.

A maximum over nothing is not defined, so `max()` and the infinity norm raise on an empty gradient. Its L2 norm is
simply zero: `torch.linalg.vector_norm(g)` needs no special case.
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
    largest = [torch.linalg.vector_norm(g, float("inf")).to(device, torch.float32) for g in grads]
    scale = torch.stack(largest).max().clamp(min=1.0)
    total_norm = scale * torch.linalg.vector_norm(torch.stack(norms) / scale)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
