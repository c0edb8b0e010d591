"""The epsilon is added under the root, where it weighs much more or much less than in the denominator.

Under a square root 1e-7 counts like 3e-4, and with p = 1 like itself: its effect depends on p. The contract adds it
to the finished norm: max_norm / (norm + eps).
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
        root = norm if norm_type == float("inf") else (norm**norm_type + eps) ** (1.0 / norm_type)
        coefficient = max_norm / root
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
