"""max_norm = inf is refused, although it is the usual way to measure without clipping.

An infinite threshold is never exceeded, so gradients stay and the norm is returned. Nothing in the formula needs a
special case, since nothing is divided below the threshold.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    if max_norm == float("inf"):
        raise ValueError("max_norm must be finite")
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
