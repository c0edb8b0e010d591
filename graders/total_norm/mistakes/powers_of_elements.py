"""For other orders than 2 PyTorch's way adds up powers of elements and takes no norm.

That is Method 2 with another power: it makes temporaries as large as the gradients. The norm of the norms holds for
every p: give `vector_norm` the order, both times.
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
    if norm_type == 3:
        flat = torch.cat([g.reshape(-1).double().to(device) for g in gradients])
        return flat.abs().pow(3).sum().pow(1 / 3)
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
