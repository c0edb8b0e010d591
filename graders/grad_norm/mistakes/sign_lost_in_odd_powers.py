"""The powers are taken of the elements and not of their absolute values.

For odd p negative elements then subtract, and for fractions they give NaN. It shows neither for p = 2 nor for
p = 4. Take `g.abs()` first, or use `vector_norm`.
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
    if norm_type == float("inf"):
        largest = [g.abs().max().to(device) for g in gradients if g.numel() > 0]
        return torch.stack(largest).max() if largest else torch.zeros((), device=device)
    total = sum(g.double().pow(norm_type).sum().to(device) for g in gradients)
    return total ** (1 / norm_type)
