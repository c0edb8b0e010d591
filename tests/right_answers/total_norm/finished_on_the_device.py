"""Method 1 and 2 add on the device and read once."""

import torch


def total_norm_method_1(gradients):
    norms = [torch.linalg.vector_norm(g) for g in gradients]
    if not norms:
        return 0.0
    squares = torch.stack([norm.to(norms[0].device).double() for norm in norms]).square()
    return squares.sum().sqrt().item()


def total_norm_method_2(gradients):
    total = None
    for g in gradients:
        part = g.double().square().sum()
        total = part if total is None else total + part.to(total.device)
    return 0.0 if total is None else torch.sqrt(total).item()


@torch.no_grad()
def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = list(gradients)
    if not gradients:
        return torch.tensor(0.0)
    home = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(home) for g in gradients if g.numel()]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=home)
