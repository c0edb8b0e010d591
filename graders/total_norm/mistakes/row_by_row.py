"""Method 2 goes through the rows of each gradient, and a 0-d gradient has no rows.

Row by row keeps the temporaries small, but `for row in g` raises `iteration over a 0-d tensor` for a scalar
parameter such as a learned temperature. Reshape to one dimension first: `g.reshape(-1)`.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        for row in g:
            wide = row.to(torch.promote_types(row.dtype, torch.float32))
            total += wide.square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
