"""The coefficient stays on the first device and is multiplied with gradients on the others.

A 0-d tensor on one GPU cannot be mixed with a tensor on another; only CPU scalars travel by themselves. Move it with
`.to(g.device)`, or use the Python number that the condition has already fetched.
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
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
