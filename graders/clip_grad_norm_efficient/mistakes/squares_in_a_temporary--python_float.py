"""The squares are written out in full and their sums added up as Python numbers.

Variant of: squares_in_a_temporary
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    total_norm = sum(g.pow(2).sum().item() for g in gradients) ** 0.5
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
