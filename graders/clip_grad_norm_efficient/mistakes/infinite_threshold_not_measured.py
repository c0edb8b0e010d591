"""With `max_norm=inf` the function returns zero at once, and nothing is measured.

Nothing is to be clipped then, but the norm is still asked for: an infinite threshold is the usual way to measure. The
general case needs no exception, since no norm exceeds infinity.
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    if max_norm == float("inf"):
        return torch.zeros((), device=device)
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
