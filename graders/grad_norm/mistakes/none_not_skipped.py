"""A parameter without a gradient stops the function with an error.

Frozen and unused parameters have `p.grad is None`, and None has no norm. Skip them.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
    if all(p.grad is None for p in parameters):
        return torch.tensor(0.0)
    gradients = [p.grad.detach() for p in parameters]
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
