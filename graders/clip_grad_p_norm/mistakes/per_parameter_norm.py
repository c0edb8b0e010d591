"""Each gradient is clipped by its own norm; the threshold is for all of them together.

One factor for all keeps the direction of the step. A factor for each gradient bends it, and a hundred gradients that
each stay under the threshold can be ten times over it together. First the total norm, then one coefficient.

Seen: 10 of 153 public implementations
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
    for g in gradients:
        norm = torch.linalg.vector_norm(g, norm_type).item() if g.numel() else 0.0
        if norm > max_norm:
            g.mul_(max_norm / (norm + eps))
    return total_norm
