"""Infinity goes through the power formula, where every power is 0, 1 or infinite.

`x ** inf` is 0, 1 or inf, and the root `** (1 / inf)` is `** 0`, which makes 1 of everything. The infinity norm is a
limit: the largest absolute value. `vector_norm(..., float("inf"))` knows; a formula by hand needs a branch.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = (torch.stack(norms) ** norm_type).sum() ** (1.0 / norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
