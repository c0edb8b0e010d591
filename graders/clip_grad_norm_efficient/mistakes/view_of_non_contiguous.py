"""`.view(-1)` raises for a gradient that is not contiguous.

A transposed or strided gradient has no flat view. `torch.linalg.vector_norm` takes any shape, so nothing needs
flattening (and `reshape(-1)`, which does not raise, would copy the gradient).

Seen: 1 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g.view(-1)).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
