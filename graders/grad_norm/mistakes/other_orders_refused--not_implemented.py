"""With a NotImplementedError.

Variant of: other_orders_refused
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    if norm_type not in (1, 2, float("inf")):
        raise NotImplementedError("norm_type must be 1, 2 or inf")
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
