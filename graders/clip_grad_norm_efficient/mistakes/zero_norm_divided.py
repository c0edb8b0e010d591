"""The threshold is divided by the norm without an epsilon, as Python floats, and a norm of 0 raises.

`max_norm / 0.0` is a ZeroDivisionError in Python, where a tensor would give infinity. All gradients are zero in the
first steps of some models, and there may be none. Compare before dividing, or add the epsilon.
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
    coefficient = max_norm / total_norm.item()
    if coefficient < 1:
        for g in grads:
            g.mul_(coefficient)
    return total_norm
