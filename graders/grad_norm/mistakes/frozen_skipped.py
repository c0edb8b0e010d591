"""A parameter that was frozen after the backward pass is left out, although it has a gradient.

`requires_grad` says whether the next backward pass will make a gradient, not whether there is one now. The question
is whether `p.grad is not None`, and nothing else.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.requires_grad and p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
