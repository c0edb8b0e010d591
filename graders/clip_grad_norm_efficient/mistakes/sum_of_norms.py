"""The norms of the gradients are added up instead of combined as a norm.

The L2 norm of everything is the root of the sum of squared norms, `vector_norm` of the stacked norms. Their plain sum
is larger, so clipping starts too early and goes too far.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.stack(norms).sum()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
