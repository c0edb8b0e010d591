"""All-zero gradients become NaN: zero is divided by a norm of zero.

A layer whose output is unused for one batch has a zero gradient. Compare before dividing, or add an epsilon to the
norm.

Seen: 1 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = torch.clamp(total_norm.double(), max=max_norm) / total_norm
    for g in gradients:
        g.mul_(coefficient.to(g.device))
    return total_norm
