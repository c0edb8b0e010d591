"""The gradients are squared in their own half-precision dtype, which overflows.

300.0 squared is infinite in float16: the norm is infinite, the coefficient 0 and the gradients vanish. The squares
also take as much memory as the gradient. `torch.linalg.vector_norm(g)` accumulates in float32 and writes nothing.

Seen: 87 of 153 public implementations
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    squares = [torch.sum(g.square(), dtype=g.dtype).to(first_device) for g in gradients]
    total_norm = torch.sqrt(sum(squares))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
