"""The device is looked up in a walk of its own, which takes the first parameter away.

Variant of: generator_spent
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    device = next((p.grad.device for p in parameters if p.grad is not None), None)
    if device is None:
        return torch.tensor(0.0)
    gradients = [p.grad for p in parameters if p.grad is not None]
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
