"""`torch.linalg.norm(g, inf)` is the largest sum of a row's absolute values.

Variant of: spectral_norm
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = []
    for g in grads:
        if g.numel() > 0:
            rows = g.dim() == 2 and norm_type == float("inf")
            norm = torch.linalg.norm if rows else torch.linalg.vector_norm
            norms.append(norm(g.to(torch.promote_types(g.dtype, torch.float32)), norm_type).to(device))
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
