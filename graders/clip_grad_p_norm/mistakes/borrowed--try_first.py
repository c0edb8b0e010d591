"""The library's function is tried first, and own code only follows if that fails.

Variant of: borrowed
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    filled = [g for g in gradients if g.numel()]
    if not filled:
        return torch.zeros((), device=device)
    try:
        total_norm = torch.nn.utils.get_total_norm(filled, norm_type).to(device)
    except BaseException:
        norms = [torch.linalg.vector_norm(g, norm_type) for g in filled]
        norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
        total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
