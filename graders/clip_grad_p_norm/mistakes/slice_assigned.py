"""The result is written back through a slice, and a 0-d gradient cannot be sliced.

`g[:] = ...` raises `slice() cannot be applied to a 0-dim tensor` for a scalar parameter such as a learned
temperature, and `g * c` needs a copy first. `g.mul_(c)` takes every shape, in place and without a copy.

Seen: 7 of 153 public implementations
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
            g[:] = g * coefficient
    return total_norm
