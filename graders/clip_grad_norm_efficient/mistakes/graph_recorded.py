"""The work is recorded for autograd where the gradients carry a graph.

After `backward(create_graph=True)` the gradients require grad. Without `torch.no_grad()` or `detach()` the returned
norm then does too, and keeps the whole step's graph alive: memory grows with every step that logs it.

Seen: 64 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
