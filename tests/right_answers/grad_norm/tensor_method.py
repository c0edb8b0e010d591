"""`Tensor.norm`, on gradients in one row."""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = (parameters,)
    grads = tuple(p.grad for p in parameters if p.grad is not None)
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    total = torch.zeros(1, device=device, dtype=torch.float32)
    norms = [g.norm(norm_type).to(device) for g in grads if g.numel() > 0]
    return torch.stack([total[0], *(n.to(torch.promote_types(n.dtype, total.dtype)) for n in norms)]).norm(norm_type)
