"""A graph is recorded: where gradients carry one, the norm and the clipped gradients join it.

With `create_graph=True` gradients require grad themselves. Without `torch.no_grad()` or `.detach()` each clipping
hangs another piece on that graph, and whoever keeps the returned norm keeps the whole graph in memory. Put
`@torch.no_grad()` over the function.

Seen: 64 of 153 public implementations
"""

import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
