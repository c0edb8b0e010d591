"""`torch.where` chooses the coefficient, a single number, and not the gradients."""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    grads = tuple(p.grad.detach() for p in parameters if p.grad is not None)
    if not grads:
        return torch.tensor(0.0)
    norms = torch.stack([torch.norm(g, 2).to(grads[0].device) for g in grads]).float()
    total_norm = torch.norm(norms, 2)
    coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), torch.ones_like(total_norm))
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
