"""The gradients are copied on the way to their norm: joined, widened or squared.

The number is right, and `torch.cat`, `.double()` and `g * g` take as much memory as a gradient has, when a training
step needs most of it. The norm of the norms needs one scalar for each gradient.
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
    vector = torch.cat([g.flatten().to(device) for g in gradients])
    if vector.numel() == 0:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(vector, norm_type)
