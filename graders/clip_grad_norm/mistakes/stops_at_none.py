"""The first parameter without a gradient ends the loop, and those after it are forgotten.

`break` (or `return`) leaves the loop at the first `None`; a frozen layer in the middle of a model then hides
everything behind it. `None` means "skip this one": use `continue`, or filter.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = []
    for p in parameters:
        if p.grad is None:
            break
        grads.append(p.grad)
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
