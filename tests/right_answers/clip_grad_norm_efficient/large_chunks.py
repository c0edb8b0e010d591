"""Widens gradients in chunks of 65536 elements, the transposed ones through their transpose."""

import torch

CHUNK = 65536


def flat_views(g):
    if g.dim() < 2:
        yield from g.reshape(1).split(1) if g.dim() == 0 else g.split(CHUNK)
    elif g.is_contiguous() or (g.dim() == 2 and g.t().is_contiguous()):
        yield from (g if g.is_contiguous() else g.t()).view(-1).split(CHUNK)
    else:
        for row in g:
            yield from flat_views(row)


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total_norm = sum(view.double().square().sum().item() for g in grads for view in flat_views(g)) ** 0.5
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / total_norm)
    return total_norm
