"""The norm of a parameter's gradient is kept from its first call.

The parameter is the same in each step, its gradient is not: from the second call on the old norm decides about new
gradients. Compute the norm every time.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in parameters]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = []
    for p in parameters:
        if not hasattr(p, "grad_norm"):
            p.grad_norm = torch.linalg.vector_norm(p.grad)
        norms.append(p.grad_norm)
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
