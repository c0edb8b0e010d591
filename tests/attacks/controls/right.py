"""A right answer: the harness gives it everything."""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(grad) for grad in grads]
    first = grads[0].device
    widened = [norm.to(first, torch.promote_types(norm.dtype, torch.float32)) for norm in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(widened))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for grad in grads:
            grad.mul_(coefficient.to(grad.device))
    return total_norm
