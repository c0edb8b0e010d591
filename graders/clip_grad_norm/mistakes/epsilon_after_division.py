"""The epsilon is added after the division: `max_norm / total_norm + 1e-6`.

It guards against nothing there. When gradients explode the factor should be tiny, and the added millionth is then a
large part of it: the clipped norm exceeds the threshold. Add it to the denominator: `max_norm / (total_norm +
1e-6)`.

Seen: 4 of 153 public implementations
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
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / total_norm + 1e-6
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
