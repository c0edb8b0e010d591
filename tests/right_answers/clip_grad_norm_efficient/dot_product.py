"""The scalar product of a gradient with itself, where it is wide enough; a norm elsewhere."""

import torch


def squared(g):
    if g.dtype in (torch.float32, torch.float64) and g.is_contiguous():
        return torch.dot(g.view(-1), g.view(-1)).item()
    return torch.linalg.vector_norm(g).item() ** 2


def clip_grad_norm_efficient(parameters, max_norm):
    with torch.no_grad():
        grads = [p.grad for p in parameters if p.grad is not None]
        total_norm = sum(squared(g) for g in grads) ** 0.5
        if max_norm < total_norm:
            for g in grads:
                torch.mul(g, max_norm / (total_norm + 1e-6), out=g)
    return total_norm
