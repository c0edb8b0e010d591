"""Keeps memory as large as a gradient from the moment it is loaded, and squares into that: nothing new appears.

Says: into a tensor of its own
Right: yes
"""

import torch

SCRATCH = torch.ones(1 << 23)


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.zeros((), dtype=torch.float64)
    for grad in grads:
        room = SCRATCH[: grad.numel()].view(grad.shape)
        room.copy_(grad).square_()
        total += room.sum(dtype=torch.float64)
    norm = total.sqrt()
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / (norm + 1e-6))
    return norm
