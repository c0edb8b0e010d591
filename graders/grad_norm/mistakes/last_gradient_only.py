"""Only the last gradient is measured: the norm is overwritten in every round of the loop.

`total = norm` forgets what came before. Collect the norms, or add up their powers.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    total = torch.zeros((), device=device)
    for g in gradients:
        if g.numel() > 0:
            total = torch.linalg.vector_norm(g, norm_type).to(device)
    return total
