"""The half-precision norms are raised to p before they are added.

Variant of: half_precision_powers
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
    norms = [n.to(device) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    if norm_type == float("inf"):
        total_norm = torch.stack(norms).max()
    else:
        powers = [n.pow(norm_type) for n in norms]
        total_norm = torch.stack(powers).double().sum() ** (1.0 / norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
