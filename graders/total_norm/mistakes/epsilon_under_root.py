"""Method 2 adds an epsilon under the root, which the root makes much larger.

Under the root 1e-8 weighs like 1e-4: a norm of 0.0005 is off by 2 %, and a norm of 0 becomes 0.0001. The epsilon
protects a derivative at 0, and nothing is differentiated here. Leave it out.
"""

import torch


def total_norm_method_1(gradients):
    total = 0.0
    for g in gradients:
        total += torch.linalg.vector_norm(g).item() ** 2
    return total**0.5


def total_norm_method_2(gradients):
    gradients = [g for g in gradients if g.numel()]
    if not gradients:
        return 0.0
    total = 0.0
    for g in gradients:
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
    return (total + 1e-8) ** 0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
