"""The gradients are walked twice, and the second walk over a generator sees nothing.

`(p.grad for p in model.parameters())` can be walked once. Here the first walk only looks whether there is anything,
and the second computes the norm, of nothing. Make a list first: `gradients = list(gradients)`.
"""

import torch


def total_norm_method_1(gradients):
    if sum(1 for _ in gradients) == 0:
        return 0.0
    return sum(torch.linalg.vector_norm(g).item() ** 2 for g in gradients) ** 0.5


def total_norm_method_2(gradients):
    if sum(1 for _ in gradients) == 0:
        return 0.0
    return sum(g.double().square().sum().item() for g in gradients) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
