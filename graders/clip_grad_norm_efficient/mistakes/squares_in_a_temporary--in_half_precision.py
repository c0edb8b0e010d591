"""The squares are added up in the dtype of the gradient, in which they overflow as well.

Variant of: squares_in_a_temporary
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    squares = [torch.sum(g.square(), dtype=g.dtype).to(first_device) for g in gradients]
    total_norm = torch.sqrt(sum(squares))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
