"""The gradients are divided by `max_norm` instead of being scaled by the quotient.

Dividing by the threshold is not related to how long the gradients are: the norm afterwards is `total_norm /
max_norm`. The factor is `max_norm / total_norm`.

Facets: gradients
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
    if total_norm > max_norm:
        for g in grads:
            g.div_(max_norm + 1e-6)
    return total_norm
