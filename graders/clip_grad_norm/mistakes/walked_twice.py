"""The parameters are walked twice, so a generator is spent and nothing is clipped.

`model.parameters()` is a generator: it can be walked once. The first loop computes the norm, the second one sees
nothing, and training goes on with gradients that were never clipped. No error tells you. Keep what you need from
one walk: `grads = [p.grad for p in parameters if p.grad is not None]`.

Seen: 61 of 153 public implementations
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    norms = [torch.linalg.vector_norm(p.grad) for p in parameters if p.grad is not None]
    if not norms:
        return torch.tensor(0.0)
    device = norms[0].device
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            if p.grad is not None:
                p.grad.mul_(coefficient.to(p.grad.device))
    return total_norm
