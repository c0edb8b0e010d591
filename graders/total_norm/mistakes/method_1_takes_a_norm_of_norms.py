"""Method 1 takes the norm of the norms on the device and brings only the result to the host.

That is PyTorch's way with an `.item()` behind it, and better than Method 1; but the three are here to be compared.
Method 1 brings the norm of each gradient to the host, and squares, adds and takes the root there.
"""

import torch


def total_norm_method_1(gradients):
    norms = [torch.linalg.vector_norm(g).double().cpu() for g in gradients]
    if not norms:
        return 0.0
    return torch.linalg.vector_norm(torch.stack(norms)).item()


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
