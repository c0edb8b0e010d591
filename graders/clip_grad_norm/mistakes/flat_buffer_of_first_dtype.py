"""All gradients are copied through one flat buffer of the first gradient's dtype.

With a float16 gradient in front the float32 and float64 ones lose their digits or overflow, and everything is held
in memory twice. Measure and scale each gradient where it is.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    first = grads[0]
    flat = torch.cat([g.reshape(-1).to(first.device, first.dtype) for g in grads])
    total_norm = torch.linalg.vector_norm(flat)
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        flat = flat * (max_norm / (total_norm + 1e-6))
    start = 0
    for g in grads:
        g.copy_(flat[start : start + g.numel()].view_as(g))
        start += g.numel()
    return total_norm
