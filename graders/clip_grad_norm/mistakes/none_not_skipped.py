"""Forgetting to check if grad is not None

Frozen parameters, and those that the loss did not reach, have `.grad is None`: there is no norm to take, and the
call crashes in the middle of training. Leave them out at the start, in the one walk: `[p.grad for p in parameters
if p.grad is not None]`.

Seen: 15 of 153 public implementations
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    if all(p.grad is None for p in parameters):
        return torch.tensor(0.0)
    grads = [p.grad for p in parameters]
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
