"""Grouped by device with `itertools.groupby`, scaled with `_foreach_mul_` and a tensor."""

import itertools

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    home = grads[0].device
    key = lambda g: (str(g.device), str(g.dtype))  # noqa: E731
    groups = [list(group) for _, group in itertools.groupby(sorted(filter(torch.numel, grads), key=key), key=key)]
    norms = [norm.to(home, torch.float32) for group in groups for norm in torch._foreach_norm(group, norm_type)]
    if not norms:
        return torch.zeros((), device=home)
    total = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    coefficient = torch.where(total > max_norm, max_norm / (total + eps), torch.ones_like(total))
    for group in groups:
        torch._foreach_mul_(group, coefficient.to(group[0].device))
    return total
