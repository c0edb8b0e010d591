"""The parameters are walked twice, so a generator is spent and nothing is clipped.

`model.parameters()` is a generator: it can be walked once. The first loop computes the norm, the second one sees
nothing. Collect what you need in a list first: `gradients = [p.grad for p in parameters if p.grad is not None]`.

Seen: 61 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            if p.grad is not None:
                p.grad.detach().mul_(coefficient.to(p.grad.device))
    return total_norm
