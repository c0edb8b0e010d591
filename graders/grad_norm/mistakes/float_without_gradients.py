"""With no gradient at all a Python 0.0 is returned, where a 0-d tensor is asked for.

Callers use what they get as a tensor: `total_norm.item()`, `torch.stack(history)`. Return
`torch.tensor(0.0)`, so that every path returns the same kind.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return 0.0
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
