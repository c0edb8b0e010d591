"""Method 1 returns a tensor where a Python float is asked for.

Method 1 and 2 finish on the host, so their result is a Python float. A tensor can print alike, but it cannot go
into JSON, and every comparison with it waits for the device again. End with `.item()` or sum floats.
"""

import torch


def total_norm_method_1(gradients):
    squares = [torch.linalg.vector_norm(g).item() ** 2 for g in gradients]
    return torch.tensor(sum(squares), dtype=torch.float64).sqrt()


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
