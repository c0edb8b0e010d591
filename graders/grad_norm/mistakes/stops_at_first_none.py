"""The loop stops at the first parameter without a gradient; those after it are not measured.

`break` leaves the loop, `continue` goes on with the next parameter. A frozen first layer would make every
norm zero.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = []
    for p in parameters:
        if p.grad is None:
            break
        gradients.append(p.grad)
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
