"""`p.grad` is a different tensor object afterwards, though on the same storage.

Whoever held the old `p.grad` (a hook, a fused optimizer, a bucket of a distributed wrapper) no longer holds the
parameter's gradient. Work on `p.grad.detach()` by all means, but do not assign it back.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    gradients = [p.grad.detach() for p in parameters]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p, g in zip(parameters, gradients, strict=True):
            p.grad = g.mul_(coefficient.to(g.device))
    return total_norm
