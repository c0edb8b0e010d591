"""Each gradient is copied to float32 or more and squared into another copy.

Variant of: unnecessary_intermediates
Facets: new_bytes
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    squares = [g.to(torch.promote_types(g.dtype, torch.float32)).pow(2).sum().to(device) for g in grads]
    total_norm = torch.stack(squares).sum().sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
