"""Infinity is replaced by a large order, whose powers overflow or vanish.

Variant of: infinity_as_power
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    order = 1000 if norm_type == float("inf") else norm_type
    return torch.stack(norms).double().pow(order).sum().pow(1 / order)
