"""The host waits for the device once for each parameter, through `.item()`.

`.item()` has to wait until the GPU has finished everything before it; a model with hundreds of parameters waits
hundreds of times in each step. Keep the norms as tensors and combine them on the device: one wait at the `if`, or
none.

Facets: waits
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total_norm = 0.0
    for g in grads:
        total_norm += torch.linalg.vector_norm(g).item() ** 2
    total_norm = total_norm**0.5
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / (total_norm + 1e-6))
    return total_norm
