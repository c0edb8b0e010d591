"""The rows of each gradient are walked over, and a 0-d tensor has no rows.

Variant of: scalar_has_no_len
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
    rows = [row for g in gradients for row in g if row.numel() > 0]
    norms = [torch.linalg.vector_norm(row, norm_type).to(device) for row in rows]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
