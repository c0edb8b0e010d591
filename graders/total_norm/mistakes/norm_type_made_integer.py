"""`norm_type` is cut to an integer, so 1.5 becomes 1 and 2.5 becomes 2.

p may be any real number from 1 on. `int(...)` truncates without a word, and the wrong norm comes out only for
fractions. Leave `norm_type` as it is: `vector_norm` takes any of them, `float("inf")` too.
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
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    if norm_type != float("inf"):
        norm_type = int(norm_type)
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
