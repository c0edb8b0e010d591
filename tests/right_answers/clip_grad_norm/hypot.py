"""The norms are combined on the host with math.hypot, which cannot overflow.

Loses: synchronisation
"""

import math

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad.data for p in parameters if p.grad is not None]
    total_norm = math.hypot(*(torch.linalg.vector_norm(g).item() for g in grads))
    if total_norm > max_norm:
        scale = max_norm / total_norm
        for g in grads:
            g *= scale
    return total_norm
