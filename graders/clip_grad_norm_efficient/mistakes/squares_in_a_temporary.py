"""The squares of a gradient are written into a tensor of its size before they are summed.

`g.pow(2)` exists in full before `sum()` reads it, so the largest gradient is held twice; and in float16 a square
above 65504 is infinite. `torch.linalg.vector_norm(g)` reads the gradient and keeps one running sum.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    squares = [g.pow(2).sum().to(first_device) for g in gradients]
    total_norm = torch.stack(squares).sum().sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
