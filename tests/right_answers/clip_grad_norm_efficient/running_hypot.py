"""A running `torch.hypot`, in float64, which squares nothing that could overflow."""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    grads = []
    total_norm = torch.zeros((), dtype=torch.float64)
    for p in parameters:
        if (g := p.grad) is None:
            continue
        g = g.detach()
        grads.append(g)
        total_norm = torch.hypot(total_norm, torch.linalg.vector_norm(g).cpu().double())
    if total_norm.gt(max_norm).item():
        factor = (max_norm / (total_norm + 1e-6)).item()
        while grads:
            grads.pop().mul_(factor)
    return total_norm
