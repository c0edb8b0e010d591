"""Nothing is collected that need not be: generators feed sums."""

import torch


def _norms(gradients, norm_type):
    for g in gradients:
        if g.numel():
            yield torch.linalg.vector_norm(g.detach(), norm_type)


def total_norm_method_1(gradients):
    return sum(n.item() ** 2 for n in _norms(gradients, 2)) ** 0.5


def total_norm_method_2(gradients):
    def squares():
        for g in gradients:
            yield (g.double() ** 2).sum().item()

    return sum(squares()) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    device = None

    def watched():
        nonlocal device
        for g in gradients:
            device = g.device if device is None else device
            yield g

    norms = list(_norms(watched(), norm_type))
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack([n.to(device) for n in norms]), norm_type)
