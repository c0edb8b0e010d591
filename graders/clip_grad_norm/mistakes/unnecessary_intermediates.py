"""Creating unnecessary intermediate tensors (memory inefficient)

`torch.cat`, `.double()`, `g * g` and `g * coefficient` each make a tensor as large as a gradient, or as all of them:
for a moment they are in memory twice, just where memory is tightest. The norm of the norms is the same number as that
of one long vector: take `torch.linalg.vector_norm` of each gradient, then of these scalars, and scale with `mul_`.

Facets: new_bytes
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    total_norm = torch.linalg.vector_norm(torch.cat([g.reshape(-1).to(device) for g in grads]))
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
