"""The coefficient is never quite 1, so gradients below the threshold lose their bits.

The norm is raised to `max_norm` first and the epsilon added afterwards, so below the threshold the coefficient is
`max_norm / (max_norm + 1e-6)`. Clamp the coefficient itself: `torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)`.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    denominator = torch.clamp(total_norm.double(), min=max_norm) + 1e-6
    coefficient = (max_norm / denominator).float().nan_to_num(nan=1.0)
    for g in gradients:
        g.mul_(coefficient.to(g.device))
    return total_norm
