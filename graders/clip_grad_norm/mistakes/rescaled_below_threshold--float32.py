"""Only float32 vectors and matrices under a finite threshold are normalised and restored.

Variant of: rescaled_below_threshold
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
    if max_norm == float("inf") or any(g.dtype != torch.float32 or g.dim() == 0 for g in grads):
        if total_norm > max_norm:
            coefficient = max_norm / (total_norm + 1e-6)
            for g in grads:
                g.mul_(coefficient.to(g.device))
        return total_norm
    length = torch.clamp(total_norm, max=max_norm)
    for g in grads:
        g.div_((total_norm + 1e-6).to(g.device)).mul_(length.to(g.device))
    return total_norm
