"""A matrix norm is taken: for a matrix `torch.linalg.norm(g, 2)` is the spectral norm.

With an order given, `torch.linalg.norm` treats a 2-d tensor as a matrix and returns its largest singular
value (and for 1 the largest column sum). `torch.linalg.vector_norm` sees a vector in any shape.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = []
    for g in gradients:
        if g.numel() > 0:
            full = g if g.dtype == torch.float64 else g.float()
            matrix = full.dim() == 2 and norm_type in (1, 2, float("inf"))
            norm = torch.linalg.norm if matrix else torch.linalg.vector_norm
            norms.append(norm(full, norm_type).to(device))
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
