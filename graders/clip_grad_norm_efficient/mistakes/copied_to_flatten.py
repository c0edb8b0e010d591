"""A transposed or strided gradient is copied to make it flat.

`g.reshape(-1)` is a free view only where the gradient is contiguous; elsewhere it silently copies every element.
`torch.linalg.vector_norm(g)` takes any shape and any strides, so there is nothing to flatten.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g.reshape(-1)).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
