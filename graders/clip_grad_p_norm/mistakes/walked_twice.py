"""The parameters are walked twice, so a generator is spent and nothing is clipped.

`model.parameters()` is a generator: it can be walked once. The first loop computes the norm, the second one sees
nothing. Make a list of the gradients first and use it for both.

Seen: 61 of 153 public implementations
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
        coefficient = max_norm / (norm + eps)
        for p in parameters:
            if p.grad is not None:
                p.grad.detach().mul_(coefficient)
    return total_norm
