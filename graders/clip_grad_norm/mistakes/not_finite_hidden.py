"""NaN and infinity are hidden: the norm looks finite.

With `nan_to_num` the call reports a healthy norm while a gradient holds a NaN, and the optimizer writes it into the
weights. The norm is the alarm: let it be NaN or infinite, so that the caller can skip the step.
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
    norms = torch.nan_to_num(torch.stack(norms), nan=0.0, posinf=0.0)
    total_norm = torch.linalg.vector_norm(norms)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
