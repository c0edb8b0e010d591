"""In Method 1.

Variant of: spectral_norm
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        norm = torch.linalg.norm if wide.dim() == 2 and wide.numel() else torch.linalg.vector_norm
        total += norm(wide, 2).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
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
