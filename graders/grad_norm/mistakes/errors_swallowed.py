"""A broad except hides every error and returns zero.

The try block was meant for parameters without a gradient, and makes a zero of the whole model's norm. Test
for None, and let real errors be seen.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    try:
        gradients = [p.grad.detach() for p in parameters]
        device = gradients[0].device
        norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
        if not norms:
            return torch.zeros((), device=device)
        return torch.linalg.vector_norm(torch.stack(norms), norm_type)
    except Exception:
        return torch.tensor(0.0)
