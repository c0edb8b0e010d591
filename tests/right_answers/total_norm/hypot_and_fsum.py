"""`math.hypot` is the root of squares, `math.fsum` adds without rounding."""

import math

import torch


def total_norm_method_1(gradients):
    return math.hypot(*(torch.linalg.vector_norm(g).item() for g in gradients))


def total_norm_method_2(gradients):
    return math.sqrt(math.fsum(g.double().mul(g.double()).sum().item() for g in gradients))


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    home = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(home) for g in gradients if g.numel()]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=home)
