"""The scaled gradient is a new tensor, copied back into the old one.

`g.copy_(g * coefficient)` ends in place, but for a moment the gradient exists twice, and memory is passed over twice
as often. `g.mul_(coefficient)` writes where it reads.
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
        for g in gradients:
            g.copy_(g * coefficient.to(g.device))
    return total_norm
