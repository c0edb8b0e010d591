"""Takes gradients out of their graph in place, as `zero_grad` once did.

Loses: devices
"""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    for g in grads:
        if g.grad_fn is not None:
            g.detach_()
        else:
            g.requires_grad_(False)
    norms = [torch.linalg.vector_norm(g).double() for g in grads]
    total_norm = torch.linalg.vector_norm(torch.stack(norms)) if norms else torch.tensor(0.0)
    if total_norm > max_norm:
        for g in grads:
            g.mul_(max_norm / total_norm)
    return total_norm
