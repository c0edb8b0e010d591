"""Halves, by recursion: the norm of two norms."""

import torch


def _norm(grads, order):
    if len(grads) == 1:
        norm = torch.linalg.vector_norm(grads[0], order)
        return norm.to(torch.promote_types(norm.dtype, torch.float32))
    middle = len(grads) // 2
    left, right = _norm(grads[:middle], order), _norm(grads[middle:], order)
    return torch.linalg.vector_norm(torch.stack([left, right.to(left.device)]), order)


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    full = [g for g in grads if g.numel()]
    if not full:
        return torch.zeros((), device=grads[0].device)
    return _norm(full, norm_type).to(grads[0].device)
