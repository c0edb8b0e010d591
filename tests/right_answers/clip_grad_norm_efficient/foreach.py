"""One fused call for all norms, one for all products, with the coefficient as a Python float."""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return 0.0
    device = grads[0].device
    norms = torch._foreach_norm(grads)
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(device, torch.float64) for norm in norms])).item()
    if total_norm > max_norm:
        torch._foreach_mul_(grads, max_norm / (total_norm + 1e-6))
    return total_norm
