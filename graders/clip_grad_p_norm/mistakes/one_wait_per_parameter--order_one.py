"""The absolute values are added up in Python, norm by norm.

Variant of: one_wait_per_parameter
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
    if norm_type == 1:
        values = torch.tensor([n.item() for n in norms], dtype=total_norm.dtype)
        total_norm = torch.linalg.vector_norm(values, norm_type).to(device)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
