"""The gradient is converted to a wider dtype and squared there.

Variant of: squares_in_a_temporary
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    wide = (g.to(torch.promote_types(g.dtype, torch.float32)) for g in grads)
    total_norm = sum(w.pow(2).sum().to(device) for w in wide).sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
