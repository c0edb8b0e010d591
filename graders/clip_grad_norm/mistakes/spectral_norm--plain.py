"""`torch.linalg.norm(g, 2)` is called on every gradient, whatever its shape and dtype.

Variant of: spectral_norm
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.norm(g, 2) for g in grads]
    total_norm = torch.stack(norms).norm()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient)
    return total_norm
