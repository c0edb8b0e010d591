"""With no gradient at all, `torch.stack` of an empty list raises.

A frozen model, or the first step before any backward, has no gradients; the norm of nothing is 0. Return
`torch.tensor(0.0)` before the stack.

Seen: 54 of 153 public implementations
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
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    norms = norms or [torch.zeros((), device=device)]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
