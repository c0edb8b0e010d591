"""The norm is computed once for the same parameters and remembered for every later call.

Gradients change at every step, the parameters' identity does not. From the second step on the coefficient belongs to
the first one. Compute the norm anew each time.
"""

import torch


_norms_seen = {}


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = [p for p in parameters if p.grad is not None]
    key = (norm_type, *(id(p) for p in parameters))
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    if key not in _norms_seen:
        norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
        _norms_seen[key] = (norm, parameters)
    total_norm = _norms_seen[key][0]
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
