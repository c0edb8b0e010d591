"""One foreach call for each device and dtype, with a dictionary for the groups."""

from collections import defaultdict

import torch


def clip_grad_norm(parameters, max_norm):
    groups = defaultdict(list)
    for p in parameters:
        if p.grad is not None:
            groups[p.grad.device, p.grad.dtype].append(p.grad.detach())
    if not groups:
        return torch.tensor(0.0)
    home = next(iter(groups))[0]
    norms = [n.to(home).float() for grads in groups.values() for n in torch._foreach_norm(grads)]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    clip = max_norm / (total_norm + 1e-6)
    if clip < 1:
        for (device, _), grads in groups.items():
            torch._foreach_mul_(grads, clip.to(device))
    return total_norm
