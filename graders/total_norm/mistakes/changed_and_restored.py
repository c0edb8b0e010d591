"""Method 2 changes the gradients in place and restores them, but not every bit comes back.

`g.mul_(sign)` gives back the size, not everything: a zero that was negative is positive now, and whoever looks at the
gradient meanwhile, as a second stream does, sees another one. Read only: squares need no absolute values.
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
        g = g.detach()
        sign = g.sign()
        wide = g.abs_().to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
        g.mul_(sign)
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
