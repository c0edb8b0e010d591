"""Half-precision gradients are converted to float32 in full, to be safe from overflow.

The worry is right, the cure is dear: `g.float()` is twice as large as the gradient. `torch.linalg.vector_norm(g)`
accumulates in float32 by itself and returns one number in the gradient's dtype; widen that number if you like.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g.float()).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
