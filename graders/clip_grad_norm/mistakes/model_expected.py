"""A model is expected: its `.parameters()` are asked for, and the caller has passed them already.

The signature says `parameters`, any iterable of tensors: a list has no `.parameters()`, and a caller may want to
clip a part of a model. Walk what you are given.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters.parameters() if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
