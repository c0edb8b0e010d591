"""A question about the sum of absolute values is one wait.

Variant of: waits_for_each_gradient
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
    norms = torch.stack([n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms])
    total = torch.linalg.vector_norm(norms, norm_type)
    if norm_type == 1 and total > 1e30:
        print("large")
    return total
