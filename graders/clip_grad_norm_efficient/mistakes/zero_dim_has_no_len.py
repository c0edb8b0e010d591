"""`len(p.grad)` is used to skip empty gradients, and raises for a 0-d one.

A scalar parameter (a temperature, a gate) has a 0-d gradient, which has no length. `numel()` counts the elements of
any tensor; and an empty gradient needs no skipping, its L2 norm is 0.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None and len(p.grad)]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
