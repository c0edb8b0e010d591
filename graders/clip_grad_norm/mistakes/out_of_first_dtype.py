"""The norms are written with `out=` into a buffer of the first gradient's dtype, which crashes.

`torch.linalg.vector_norm(g, out=...)` wants the buffer to have the dtype that the norm has, and a model may hold
half-precision and float32 parameters. Let each norm be its own scalar and bring the scalars (never the gradients)
to a common dtype of at least float32.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    buffer = torch.empty(len(grads), dtype=grads[0].dtype, device=grads[0].device)
    for g, norm in zip(grads, buffer.unbind()):
        torch.linalg.vector_norm(g, out=norm)
    total_norm = torch.linalg.vector_norm(buffer)
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
