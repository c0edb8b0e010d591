"""The threshold has another name than in the signature.

Callers write `max_norm=1.0`, as the example does, and get a TypeError. The names of arguments are part of a
function's interface.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, threshold):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > threshold:
        c = threshold / (total_norm + 1e-6)
        for g in grads:
            g.mul_(c.to(g.device))
    return total_norm
