"""Sorted, then grouped by `itertools.groupby`."""

from itertools import groupby

import torch


def kind(g):
    return str(g.device), str(g.dtype)


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if torch.is_tensor(parameters):
        parameters = (parameters,)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    home = grads[0].device
    groups = [list(group) for _, group in groupby(sorted(grads, key=kind), key=kind)]
    norms = torch.stack(
        [
            torch.linalg.vector_norm(torch.stack(torch._foreach_norm(group, norm_type)), norm_type).to(home)
            for group in groups
        ]
    )
    total_norm = torch.linalg.vector_norm(norms, norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm).item():
        raise RuntimeError(f"the norm of order {norm_type} is not finite")
    coefficient = (max_norm / (total_norm + 1e-6)).clamp(max=1.0)
    for group in groups:
        torch._foreach_mul_(group, coefficient.to(group[0].device))
    return total_norm
