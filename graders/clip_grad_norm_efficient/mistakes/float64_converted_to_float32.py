"""float64 gradients are converted to float32 in full, to have one dtype.

`g.float()` is half as large as a float64 gradient, which is no less a copy. Let `torch.linalg.vector_norm` take each
gradient as it is, and bring the norms, one number each, to one dtype.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g.float() if g.dtype == torch.float64 else g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
