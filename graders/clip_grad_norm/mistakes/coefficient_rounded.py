"""The factor is rounded, and a tiny factor keeps few digits or none.

Seven decimals look like plenty until a norm of 150,000 meets a threshold of 0.5: of the factor 0.0000033 two digits
are left. Round what is printed, never what is computed with.
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
        coefficient = torch.round(max_norm / (total_norm.double() + 1e-6), decimals=7)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
