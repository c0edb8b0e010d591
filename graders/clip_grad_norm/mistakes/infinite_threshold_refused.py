"""`max_norm=inf` is refused, although it is the usual way to measure without clipping.

No norm exceeds infinity, so nothing is clipped and the norm is returned; `norm > max_norm` needs no exception for it.
Refuse what has no meaning, such as a negative threshold or NaN.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    if max_norm == float("inf"):
        raise ValueError("max_norm must be finite")
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
