"""The gradients are copied on the way to their norm: joined, widened or squared.

`torch.cat`, `.double()` and `g * g` need as much memory again as a gradient has, at the moment of the step when
memory is scarcest. The norm of the norms is the same number and needs one scalar for each gradient.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    flat = torch.cat([g.reshape(-1).to(device) for g in gradients])
    norms = [torch.linalg.vector_norm(flat, norm_type)] if flat.numel() else []
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
