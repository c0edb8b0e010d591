"""A huge norm is capped before the factor is computed, so the gradients stay too long.

A cap on `total_norm` in the denominator means to keep the factor from getting tiny. But a tiny factor is what an
exploding gradient needs: with the cap the clipped norm exceeds `max_norm` again. Divide by the norm as it is.
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
        coefficient = max_norm / total_norm.clamp(max=65504.0)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
