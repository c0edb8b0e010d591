"""The first result is remembered for these parameters and returned again in later steps.

The parameters are the same objects in every step; their gradients are new. Keep no state between calls.
"""

import torch

_known = {}


def total_of(gradients, norm_type):
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    else:
        parameters = list(parameters)
    key = (norm_type, *(id(p) for p in parameters))
    if key not in _known:
        gradients = [p.grad for p in parameters if p.grad is not None]
        _known[key] = (parameters, total_of(gradients, norm_type))
    return _known[key][1]
