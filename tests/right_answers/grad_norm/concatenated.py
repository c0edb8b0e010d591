"""Everything in one long float32 vector, as the formula says.

Loses: intermediates
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    flat = torch.cat([g.to(grads[0].device, torch.float64).flatten() for g in grads])
    if flat.numel() == 0:
        return flat.sum()
    return torch.linalg.vector_norm(flat, norm_type)
