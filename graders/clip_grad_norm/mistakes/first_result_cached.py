"""The first norm ever computed is kept and used for all later calls.

A global or a default argument that is filled once survives the call. Gradients change in each step; so does their
norm. Compute it every time.
"""

import torch

cache = {}


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    if "norm" not in cache:
        device = grads[0].device
        norms = [torch.linalg.vector_norm(g) for g in grads]
        norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
        cache["norm"] = torch.linalg.vector_norm(torch.stack(norms))
    total_norm = cache["norm"]
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
