"""The gradients are set to None or to zero after they have been measured.

`zero_grad()` belongs to the training loop, after the optimizer's step. Emptied here, the optimizer has nothing
to step with.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = [p for p in parameters if p.grad is not None]
    gradients = [p.grad for p in parameters]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    for p in parameters:
        p.grad = None
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
