"""The gradients are taken for parameters: `.grad` of each is read, and it is None.

`gradients` holds the gradient tensors themselves, not parameters. A gradient has no `.grad` of its own, so
everything is skipped and the norm is 0. Use the tensors as they come.
"""

import torch


def total_norm_method_1(gradients):
    grads = [p.grad for p in gradients if p.grad is not None]
    return sum(torch.linalg.vector_norm(g).item() ** 2 for g in grads) ** 0.5


def total_norm_method_2(gradients):
    grads = [p.grad for p in gradients if p.grad is not None]
    return sum(g.double().square().sum().item() for g in grads) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    grads = [p.grad for p in gradients if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    return torch.linalg.vector_norm(
        torch.stack([torch.linalg.vector_norm(g, norm_type) for g in grads]), norm_type
    )
