"""For infinity the powers are written out, and x ** inf is 0, 1 or infinite.

And the root, `** (1 / inf)`, is `** 0`, which makes 1 of everything. Infinity is a case of its own: the
largest absolute value. `vector_norm` knows it.
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
    return torch.stack(norms).double().pow(norm_type).sum().pow(1 / norm_type)
