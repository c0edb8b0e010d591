"""A large order is taken for infinity.

As p grows the p-norm comes closer to the largest absolute value, but it is not there yet: of ten equal elements the
norm of order 32 is still 7 percent larger. Only `norm_type == float("inf")` means the largest element.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    if norm_type > 10:
        norm_type = float("inf")
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = torch.stack([n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms])
    total = torch.linalg.vector_norm(norms, norm_type)
    return total
