"""The gradients are cloned as a precaution, before they are scaled.

Variant of: gradients_cloned
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
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        originals = [g.clone() for g in grads]
        for g, original in zip(grads, originals):
            g.copy_(original.mul_(coefficient.to(g.device)))
    return total_norm
