"""The parameters are scaled together with their gradients.

Clipping shortens the step, never the weights: multiplying `p.data` shrinks the model itself in each step in which
gradients are large. Only `p.grad` is to be multiplied.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in parameters]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            p.grad.mul_(coefficient.to(p.grad.device))
            p.data.mul_(coefficient.to(p.device))
    return total_norm
