"""Computing norm incorrectly (not using global norm)

You clipped each parameter by its own norm; the threshold is for all of them together. Scaling every gradient by its
own factor turns the direction of the step, and with n parameters the step can still be sqrt(n) times too long.
Compute one norm over all gradients and one factor.

Seen: 10 of 153 public implementations
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
    for g, norm in zip(grads, norms):
        coefficient = torch.where(norm > max_norm, max_norm / (norm + 1e-6), 1.0)
        g.mul_(coefficient.to(g.device))
    return total_norm
