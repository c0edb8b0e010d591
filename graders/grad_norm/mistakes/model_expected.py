"""A model is expected: its `.parameters()` are asked for, and the caller has passed them already.

The signature says `parameters`, any iterable of tensors: a list has no `.parameters()`, and a caller may want to
measure a part of a model. Walk what you are given.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    grads = [p.grad for p in parameters.parameters() if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
