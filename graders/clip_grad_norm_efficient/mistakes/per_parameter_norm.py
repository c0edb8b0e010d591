"""Each gradient is clipped by its own norm; the threshold is for all of them together.

Clipped one by one, large gradients shrink and small ones do not: the direction of the step changes. First the norm of
everything, then one coefficient for all.

Seen: 10 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    for g in gradients:
        norm = torch.linalg.vector_norm(g)
        if norm > max_norm:
            g.mul_(max_norm / (norm + 1e-6))
    return total_norm
