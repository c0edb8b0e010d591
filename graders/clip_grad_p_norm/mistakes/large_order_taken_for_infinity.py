"""A large order is taken for infinity.

As p grows the p-norm comes closer to the largest absolute value, but it is not there yet: of ten equal elements the
norm of order 32 is still 7 percent larger. Only `norm_type == float("inf")` means the largest element.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    if norm_type > 10:
        norm_type = float("inf")
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
            g.mul_(coefficient)
    return total_norm
