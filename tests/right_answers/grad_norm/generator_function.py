"""A generator function yields the gradients; `torch.hstack` gathers the norms."""

import torch


def _gradients(parameters):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    for p in parameters:
        if p.grad is not None:
            yield p.grad.detach()


def grad_norm(parameters, norm_type=2):
    grads = list(_gradients(parameters))
    if not grads:
        return torch.tensor(0.0)
    zero = torch.zeros((), device=grads[0].device)
    norms = [zero] + [torch.linalg.vector_norm(g, norm_type).to(zero.device) for g in grads if g.numel()]
    return torch.linalg.vector_norm(torch.hstack(norms), norm_type)
