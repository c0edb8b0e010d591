"""The formula on elements, in float64: absolute values, powers, a sum, a root.

Loses: intermediates
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2.0):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    if norm_type == float("inf"):
        largest = [g.abs().max().to(device).double() for g in grads if g.numel()]
        return torch.stack(largest).max() if largest else torch.zeros((), device=device)
    powers = [g.double().abs().pow(norm_type).sum().to(device) for g in grads]
    return torch.stack(powers).sum().pow(1 / norm_type)
