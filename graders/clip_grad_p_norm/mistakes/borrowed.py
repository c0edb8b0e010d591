"""PyTorch's own total-norm function is called instead of being written.

`torch.nn.utils.get_total_norm` is half of the answer to this question, so it cannot be part of yours. It is short: a
norm for each gradient, each moved to the first device, and the norm of those norms.
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
    total_norm = torch.nn.utils.get_total_norm(filled, norm_type).to(device)
    total_norm = total_norm.to(torch.promote_types(total_norm.dtype, torch.float32))
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
