"""Every gradient times `max_norm / total_norm`, whatever the norm, without an epsilon.

Variant of: always_scales
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
    for g in grads:
        g.mul_((max_norm / total_norm).to(g.device))
    return total_norm
