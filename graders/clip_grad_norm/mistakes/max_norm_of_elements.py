"""The largest absolute element is taken for the norm.

That is the infinity norm. It is smaller than the L2 norm, so steps that are too long pass. Use order 2.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, ord=float("inf")) for g in grads if g.numel()]
    total_norm = torch.stack([n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]).max()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
