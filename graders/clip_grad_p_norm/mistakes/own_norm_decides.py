"""One factor for all, but only those gradients are scaled whose own norm exceeds the threshold.

Ten gradients of norm 0.9 have a global 2-norm of 2.8 and stay as they are; others are scaled beside them, so the
direction turns. Whether to scale is one question, asked once: does the global norm exceed the threshold?
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    filled = [g for g in grads if g.numel()]
    norms = [torch.linalg.vector_norm(g, norm_type) for g in filled]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    coefficient = max_norm / (total_norm + eps)
    for g, norm in zip(filled, norms):
        if norm > max_norm:
            g.mul_(coefficient.to(g.device))
    return total_norm
