"""The parameters are walked twice, so a generator is spent and gradients are missed.

`model.parameters()` is a generator: it can be walked once. `any(...)` before the loop eats what it looks at.
Make a list of the gradients in one walk, and ask the list.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    if not any(p.grad is not None for p in parameters):
        return torch.tensor(0.0)
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
