"""`functools.reduce` and `hypot`-like steps: the norm so far and the next norm make the next norm so far."""

from functools import reduce

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    device = grads[0].device if grads else torch.device("cpu")
    norms = (torch.linalg.vector_norm(g, norm_type).to(device, torch.float64) for g in grads if g.numel())

    def together(total, norm):
        return torch.linalg.vector_norm(torch.stack([total, norm]), norm_type)

    return reduce(together, norms, torch.zeros((), device=device, dtype=torch.float64))
