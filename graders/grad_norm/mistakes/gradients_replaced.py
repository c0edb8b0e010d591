"""Each p.grad is replaced by another tensor object.

The values are the same, but whoever holds the old gradient (a flat buffer, a hook) now holds a different one.
A function that reads assigns nothing.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = []
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.detach()
            gradients.append(p.grad)
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
