"""The norm is returned with the epsilon already added.

The epsilon belongs to the division alone. What is returned is logged and compared: on a norm of 1e-3, 1e-6 more is
off by a thousandth.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms)) + 1e-6
    if total_norm > max_norm:
        coefficient = max_norm / total_norm
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
