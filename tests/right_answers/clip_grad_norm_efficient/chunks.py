"""Works through contiguous gradients in chunks of 16384 elements, whatever their size."""

import torch

CHUNK = 16384


def sum_of_squares(g):
    if not g.is_contiguous():
        return torch.linalg.vector_norm(g).double().item() ** 2
    return sum(chunk.double().square().sum().item() for chunk in g.view(-1).split(CHUNK))


def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    total_norm = sum(map(sum_of_squares, grads)) ** 0.5
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / (total_norm + 1e-6))
    return total_norm
