"""Adds powers up in a zero that it sends to the first gradient's device: nothing is asked of the device."""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(0.0, dtype=torch.float64, device=grads[0].device if grads else "cpu")
    for g in grads:
        if g.numel():
            norm = torch.linalg.vector_norm(g, norm_type).to(total)
            total = torch.maximum(total, norm) if norm_type == float("inf") else total + norm**norm_type
    return total if norm_type == float("inf") else total ** (1 / norm_type)
