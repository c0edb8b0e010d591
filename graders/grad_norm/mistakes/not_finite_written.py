"""A NaN in a gradient is overwritten, so that the norm is infinite and nothing else.

`nan_to_num_` writes into the gradient, and whoever looks for the layer that the NaN came from no longer finds it.
Read only: a norm is NaN by itself where a gradient is.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    for g in gradients:
        inf = float("inf")
        g.nan_to_num_(nan=inf, posinf=inf, neginf=-inf)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = torch.stack([n.to(torch.promote_types(n.dtype, torch.float32)) for n in norms])
    total = torch.linalg.vector_norm(norms, norm_type)
    return total
