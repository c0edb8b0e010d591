"""The p-th root at the end is missing: the sum of the powers is taken for the norm.

The powers are what is added up; the norm is the p-th root of the sum. Without it a norm of 5 looks like 25 and is
clipped by a threshold of 10. Finish with `** (1 / norm_type)`, for the total and only there.
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
    if norm_type == float("inf"):
        total_norm = torch.stack(norms).max()
    else:
        total_norm = (torch.stack(norms) ** norm_type).sum()
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
