"""All gradients in one vector, one norm, and a copy back.

Loses: intermediates
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    flat = torch.cat([g.reshape(-1).to(grads[0].device).double() for g in grads])
    if not flat.numel():
        return torch.zeros((), device=flat.device)
    total = torch.linalg.vector_norm(flat, norm_type)
    norm = total.item()
    if norm > max_norm:
        flat *= max_norm / (norm + eps)
        start = 0
        for g in grads:
            g.copy_(flat[start : start + g.numel()].view(g.shape))
            start += g.numel()
    return total.float()
