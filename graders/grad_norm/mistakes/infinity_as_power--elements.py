"""The same on the elements themselves.

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
    total = sum(g.double().abs().pow(norm_type).sum().to(device) for g in gradients)
    return total.pow(1 / norm_type)
