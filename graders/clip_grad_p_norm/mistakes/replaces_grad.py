"""`p.grad` is replaced by a new tensor instead of being scaled in place.

Whoever holds the gradient (a fused optimizer, a bucket of data-parallel training) keeps the old, unclipped one, and
memory for another copy is needed. Multiply in place: `p.grad.mul_(c)`.

Seen: 19 of 153 public implementations
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
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
                p.grad = p.grad.detach() * coefficient
    return total_norm
