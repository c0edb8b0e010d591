"""A 0-d gradient is replaced by a new tensor.

Slices do not reach into a tensor without dimensions, so another way was taken for it: `p.grad = p.grad * c` puts a
new tensor where the old one was. `mul_` takes gradients of any shape, and changes them where they are.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    if not parameters:
        return torch.tensor(0.0)
    device = parameters[0].grad.device
    norms = [torch.linalg.vector_norm(p.grad) for p in parameters]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            factor = coefficient.to(p.grad.device)
            if p.grad.dim() == 0:
                p.grad = p.grad * factor
            else:
                p.grad[:].mul_(factor)
    return total_norm
