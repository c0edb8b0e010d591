"""`.view(-1)` raises on a gradient that is not contiguous.

A transposed gradient cannot be seen as one line without a copy, and `view` refuses to copy. A sum of squares needs
no flattening: `g.square().sum()` takes any shape. Where a flat tensor is needed, `reshape(-1)` copies if it must.

Seen: 1 of 153 public implementations
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
        flat = g.to(torch.promote_types(g.dtype, torch.float32)).view(-1)
        total += torch.dot(flat, flat).item()
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
