"""A model is expected: its `.parameters()` are asked for, and the caller has passed them already.

The signature says `parameters`, any iterable of tensors: a list has no `.parameters()`, and a caller may want to
clip a part of a model. Walk what you are given.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    grads = [p.grad.detach() for p in parameters.parameters() if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in grads if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
