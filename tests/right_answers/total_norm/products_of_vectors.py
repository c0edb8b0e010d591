"""Method 2 as inner products: einsum, dot or @, each of the flattened gradient in float64.

Loses: intermediates
"""

import torch


def total_norm_method_1(gradients):
    # flatten() copies what is not contiguous; reshape and double() make a copy of everything.
    return sum(torch.linalg.vector_norm(g.double().flatten()).item() ** 2 for g in gradients) ** 0.5


def total_norm_method_2(gradients):
    total = 0.0
    for number, g in enumerate(gradients):
        flat = g.detach().reshape(-1).double()
        if number % 3 == 0:
            total += torch.einsum("i,i->", flat, flat).item()
        elif number % 3 == 1:
            total += (flat @ flat).item()
        else:
            total += torch.dot(flat, flat).item()
    return total**0.5


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    home = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(home) for g in gradients if g.numel()]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=home)
