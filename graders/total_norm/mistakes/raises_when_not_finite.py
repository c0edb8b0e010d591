"""A norm that is NaN or infinite is answered with an exception.

The contract asks for the norm itself, whatever it is: the caller sees that it is not finite and can skip the step,
lower the loss scale or stop. An exception takes that choice away, and one bad batch ends a training run of weeks.

Facets: outcome
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
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    return total_norm
