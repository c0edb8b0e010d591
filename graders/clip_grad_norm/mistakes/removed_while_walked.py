"""Parameters without a gradient are removed from the list while it is walked; some are passed over.

After `remove` the list is one shorter and the loop's place in it is not: the next parameter is never looked at. Of two
frozen ones in a row the second stays, and `None` has no norm. Filter into a new list instead.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        if p.grad is None:
            parameters.remove(p)
    grads = [p.grad for p in parameters]
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
