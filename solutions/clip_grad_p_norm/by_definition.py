"""The formula written out: the p-th root of the sum of |g| ** p.

Good for a whiteboard, because every term of the definition is visible. It widens to float32 before the powers, has a
branch for infinity, which is a limit and no power, and creates tensors as large as the gradients.

Loses: intermediates
"""

import math

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    total = torch.zeros((), device=first_device)
    for g in gradients:
        magnitudes = g.to(torch.promote_types(g.dtype, torch.float32)).abs()
        if norm_type != math.inf:
            total = total + magnitudes.pow(norm_type).sum().to(first_device)
        elif g.numel() > 0:
            # torch.maximum keeps a NaN, Python's max() may lose it.
            total = torch.maximum(total, magnitudes.max().to(first_device))
    total_norm = total if norm_type == math.inf else total ** (1.0 / norm_type)

    norm = total_norm.item()
    if norm > max_norm:
        for g in gradients:
            g.mul_(max_norm / (norm + eps))
    return total_norm
