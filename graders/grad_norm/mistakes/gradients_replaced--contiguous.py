"""A gradient with gaps is replaced by a contiguous copy.

`p.grad = p.grad.contiguous()` makes a new tensor where the old one had gaps. The function only reads: a norm can be
taken whatever the strides.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad.contiguous()
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    return total_norm
