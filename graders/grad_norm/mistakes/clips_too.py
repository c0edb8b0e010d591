"""The gradients are clipped as well; a monitoring function only reads.

Whoever calls it twice, or with another threshold in mind, trains with gradients that nobody asked for. Leave
the scaling to the clipping function.
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
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    total = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    for g in gradients:
        g.mul_((1.0 / (total + 1e-6)).clamp(max=1.0).to(g.device))
    return total
