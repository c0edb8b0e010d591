"""Gradients that are all zero become NaN, because they are divided by their norm.

Scaling by `min(total_norm, max_norm) / total_norm` is 0/0 when every gradient is zero, and one NaN in the weights
ends the training. Divide only above the threshold, or add 1e-6 to the denominator.

Seen: 1 of 153 public implementations
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = torch.clamp(total_norm, max=max_norm) / total_norm
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
