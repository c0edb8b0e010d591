"""Only the last gradient's norm counts, because the loop overwrites the total.

`total = norm` where `total += norm ** 2` is meant: what the earlier parameters contributed is lost. Collect the
norms in a list, or add their squares.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    for g in grads:
        norm = torch.linalg.vector_norm(g)
    total_norm = norm.to(torch.promote_types(norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
