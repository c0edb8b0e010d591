"""The root is asked of a Python number when nothing was summed.

Variant of: crash_without_gradients
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = sum(torch.linalg.vector_norm(g).to("cpu").double() ** 2 for g in grads)
    total_norm = total.sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
