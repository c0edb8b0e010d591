"""Takes the CPU tensor out of a simulated one, so that nothing waits and nothing is on another device.

Right: yes
Says: AttributeError
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad if type(p.grad) is torch.Tensor else p.grad._real for p in parameters if p.grad is not None]
    total_norm = sum(torch.linalg.vector_norm(grad).item() ** 2 for grad in grads) ** 0.5
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / (total_norm + 1e-6))
    return total_norm
