"""Powers are taken in the gradient's own half-precision dtype, where they overflow.

300 squared is infinite in float16. `vector_norm` accumulates half precision in float32 by itself; or convert
the norms, which are scalars, before taking powers.
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
    if norm_type == float("inf"):
        norms = [g.abs().max().to(device) for g in gradients if g.numel() > 0]
        return torch.stack(norms).max() if norms else torch.zeros((), device=device)
    total = sum(g.abs().pow(norm_type).sum().to(device) for g in gradients)
    return total ** (1 / norm_type)
