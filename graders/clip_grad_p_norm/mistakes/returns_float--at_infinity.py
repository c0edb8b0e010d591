"""The largest absolute value is returned as a Python float.

Variant of: returns_float
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in grads if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm.item() if norm_type == float("inf") else total_norm
