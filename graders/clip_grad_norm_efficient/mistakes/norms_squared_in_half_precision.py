"""The norms of half-precision gradients are squared in half precision and overflow.

`vector_norm` is safe inside one gradient, but its result is float16 again: a norm of 300 squared is above 65504, the
total is infinite and the gradients become 0. Take `vector_norm` of the stacked norms, or widen the norms first.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.stack([norm**2 for norm in norms]).sum().sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
