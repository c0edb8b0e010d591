"""A norm that is NaN or infinite is answered with an exception.

The contract asks for the norm itself, whatever it is: the caller sees that it is not finite and can skip the step,
lower the loss scale or stop. An exception takes that choice away, and one bad batch ends a training run of weeks.

Facets: outcome
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
