"""Whole-tensor assignment through an ellipsis, which 0-d tensors allow.

Loses: intermediates
"""

import torch


def clip_grad_norm(parameters, max_norm):
    params = [p for p in list(parameters) if p.grad is not None]
    if params == []:
        return torch.tensor(0.0)
    with torch.no_grad():
        total = torch.zeros((), device=params[0].grad.device)
        for p in params:
            total = total + p.grad.norm().to(total.device).float() ** 2
        total = total.sqrt()
        if total > max_norm:
            for p in params:
                p.grad[...] = p.grad * (max_norm / total).to(p.grad.device)
    return total
