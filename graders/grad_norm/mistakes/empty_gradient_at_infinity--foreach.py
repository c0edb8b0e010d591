"""`torch._foreach_norm` refuses empty gradients at infinity as well.

Variant of: empty_gradient_at_infinity
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
    norms = [torch._foreach_norm([g], norm_type)[0].to(device) for g in gradients]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
