"""For an infinite norm_type the gradients lose their signs.

`abs_()` ends with an underscore: it changes the gradient itself, and the optimizer steps uphill. `abs()` makes a new
tensor, and `vector_norm` needs neither.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    if norm_type == float("inf"):
        for g in gradients:
            g.abs_()
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    return total_norm
