"""The values are scaled in place, but `p.grad` is then set to another tensor object.

`p.grad = p.grad.detach().mul_(c)` puts a second tensor over the same storage into `p.grad`. Whoever kept the first
one (a hook, a bucket, a graph captured for the GPU) no longer holds the parameter's gradient. `p.grad.mul_(c)` is
enough: no assignment.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in parameters]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for p in parameters:
            p.grad = p.grad.detach().mul_(coefficient.to(p.grad.device))
    return total_norm
