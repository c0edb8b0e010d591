"""As PyTorch does: the coefficient is clamped to 1 and the multiplication always happens; nothing waits."""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if len(grads) == 0:
        return torch.zeros(())
    first = grads[0].device
    norms = torch.stack([torch.linalg.vector_norm(g).to(first, torch.float32) for g in grads])
    total_norm = torch.linalg.vector_norm(norms)
    coefficient = (max_norm / (total_norm + 1e-6)).clamp(max=1.0)
    for g in grads:
        g.mul_(coefficient.to(g.device))
    return total_norm
