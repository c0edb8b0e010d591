"""A norm that is NaN or infinite is answered with an exception.

The contract asks for the norm itself, whatever it is: the caller sees that it is not finite and can skip the step,
lower the loss scale or stop. An exception takes that choice away, and one bad batch ends a training run of weeks.

Facets: outcome
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    return total_norm
