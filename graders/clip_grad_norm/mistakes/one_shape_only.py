"""The gradients themselves are stacked, which works only if all have one shape.

`torch.stack` wants equal shapes: a weight and its bias already break it, and where it works it copies every
gradient. Stack the norms, which are all scalars.

Seen: 2 of 153 public implementations
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    total_norm = torch.linalg.vector_norm(torch.stack([g.to(device) for g in grads]))
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
