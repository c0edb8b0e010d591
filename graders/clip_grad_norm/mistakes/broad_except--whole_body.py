"""One `try` around everything: any error means that nothing is clipped and 0 is returned.

Variant of: broad_except
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    try:
        grads = [p.grad for p in parameters]
        device = grads[0].device
        norms = [torch.linalg.vector_norm(g) for g in grads]
        norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
        total_norm = torch.linalg.vector_norm(torch.stack(norms))
        if total_norm > max_norm:
            coefficient = max_norm / (total_norm + 1e-6)
            for g in grads:
                g.mul_(coefficient.to(g.device))
        return total_norm
    except Exception:
        return 0.0
