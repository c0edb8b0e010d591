"""`float(...)` does the same as `.item()`.

Variant of: python_float_returned
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    total = 0.0
    for g in gradients:
        if g.numel() > 0:
            norm = float(torch.linalg.vector_norm(g, norm_type))
            total = max(total, norm) if norm_type == float("inf") else total + norm**norm_type
    return total if norm_type == float("inf") else total ** (1 / norm_type)
