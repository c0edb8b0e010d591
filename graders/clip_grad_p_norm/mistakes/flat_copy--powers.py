"""The powers of all elements are written out as tensors as large as the gradients.

Variant of: flat_copy
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    if norm_type == float("inf"):
        norms = [g.abs().max() for g in gradients if g.numel()]
    else:
        norms = [g.double().abs().pow(norm_type).sum() for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    if norm_type == float("inf"):
        total_norm = torch.stack(norms).max()
    else:
        total_norm = torch.stack(norms).sum() ** (1.0 / norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
