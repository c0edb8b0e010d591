"""The absolute values are summed: that is the L1 norm, not the L2 norm.

The L1 norm of a gradient with n elements is up to sqrt(n) times its L2 norm, so far too much is clipped. Use order
2, the default of `torch.linalg.vector_norm`.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, ord=1) for g in grads]
    total_norm = torch.stack([n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]).sum()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
