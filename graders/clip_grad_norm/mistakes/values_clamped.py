"""Each value is clamped to the threshold: that is clipping by value, not by norm.

`clamp_(-max_norm, max_norm)` cuts single elements, which turns the direction of the step, and many small elements
together can still exceed the norm. Scale all gradients by one factor.

Facets: gradients
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
    for g in grads:
        g.clamp_(-max_norm, max_norm)
    return total_norm
