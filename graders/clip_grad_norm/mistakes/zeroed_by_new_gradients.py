"""At a threshold of zero each gradient is replaced by a new tensor of zeros.

Whoever holds the old gradient, an optimizer's flat buffer or a hook, does not see it. `p.grad.zero_()` writes zeros
where the gradient is, and multiplying by a factor of 0 needs no case of its own.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if max_norm == 0:
        for p in parameters:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)
        return total_norm
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
