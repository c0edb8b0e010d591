"""The mean square of a gradient without elements is NaN, and so is the norm.

Averaging and multiplying by the number of elements afterwards is 0/0 for an empty gradient. Sum the squares, or
take `torch.linalg.vector_norm(g)`, which is zero there.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    means = [n * n / g.numel() for n, g in zip(norms, grads)]
    squares = [mean * g.numel() for mean, g in zip(means, grads)]
    total_norm = torch.stack(squares).sum().sqrt()
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
