"""Method 2 squares in the gradient's own dtype, and in float16 300.0 squared is infinite.

float16 ends at 65504, so every element above 255 squares to infinity; the norm becomes infinite, the clipping
coefficient 0, and the gradients vanish. bfloat16 has the range but only 8 bits. Widen to float32, then square.

Seen: 87 of 153 public implementations
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
        total += g.pow(2).sum().item()
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
