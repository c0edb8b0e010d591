"""The same with `torch._foreach_norm`.

Variant of: graph_kept
"""

import torch


def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    full = [g for g in gradients if g.numel() > 0]
    if not full:
        return torch.zeros((), device=device)
    norms = [torch._foreach_norm([g], norm_type)[0].to(device) for g in full]
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
