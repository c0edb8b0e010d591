"""Recursion over an iterator: the scaling happens on the way back."""

import torch


def descend(iterator, square, max_norm):
    for p in iterator:
        if p.grad is not None:
            g = p.grad.detach()
            total = descend(iterator, square + torch.linalg.vector_norm(g).item() ** 2, max_norm)
            if total > max_norm:
                g.mul_(max_norm / (total + 1e-6))
            return total
    return square**0.5


def clip_grad_norm_efficient(parameters, max_norm):
    return descend(iter(parameters), 0.0, max_norm)
