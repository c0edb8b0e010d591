"""With `max_norm=inf` the coefficient is infinity over infinity: every gradient becomes NaN.

`max_norm=inf` is the usual way to measure the norm and clip nothing. `max_norm / max(total_norm, max_norm)` divides
infinity by itself; clamp the quotient to 1 instead, or compare first.

Seen: 3 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = max_norm / torch.clamp(total_norm.double(), min=max(max_norm, 1e-6))
    for g in gradients:
        g.mul_(coefficient.to(g.device))
    return total_norm
