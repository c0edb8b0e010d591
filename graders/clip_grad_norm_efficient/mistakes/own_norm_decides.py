"""One factor for all, but only those gradients are scaled whose own norm exceeds the threshold.

Ten gradients of norm 0.9 have a global norm of 2.8 and stay as they are; others are scaled beside them, so the
direction turns. Whether to scale is one question, asked once: does the global norm exceed the threshold?
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = max_norm / (total_norm + 1e-6)
    for g, norm in zip(grads, norms):
        if norm > max_norm:
            g.mul_(coefficient.to(g.device))
    return total_norm
