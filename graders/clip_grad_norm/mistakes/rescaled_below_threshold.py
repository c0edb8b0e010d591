"""Below the threshold the gradients are divided by the norm and multiplied back.

Normalising first and restoring the length afterwards is exact on paper; in floating point it changes last bits, and
runs that never clip are no longer the same with and without clipping. Leave gradients alone that are within the
threshold.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if max_norm == float("inf"):
        return total_norm
    length = torch.clamp(total_norm, max=max_norm)  # what the gradients shall measure afterwards
    for g in grads:
        g.div_((total_norm + 1e-6).to(g.device)).mul_(length.to(g.device))
    return total_norm
