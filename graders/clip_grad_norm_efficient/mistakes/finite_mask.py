"""A mask of the gradient's shape is made to look for NaN and infinity.

`torch.isfinite(g)` writes one byte for each element. The norm tells the same for nothing: it is finite only if every
element is (and their squares can be summed), so look at the total norm, if at all.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    finite = all(torch.isfinite(g).all() for g in gradients)
    if finite and total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
