"""The coefficient is upside down: (norm + eps) / max_norm makes large gradients larger.

What exceeds the threshold ten times comes out a hundred times too large. The threshold stands above the line, the norm
below it: max_norm / (norm + eps).
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
        coefficient = (norm + eps) / max_norm if max_norm else 0.0
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
