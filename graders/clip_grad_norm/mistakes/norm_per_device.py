"""The gradients are grouped by device, and each group is clipped by its own norm.

On one GPU this is right; spread over two, each half is clipped as if the other did not exist, and the direction of
the step changes. Bring the norms of all devices together before you decide.
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
    for place in {g.device for g in grads}:
        group = [(g, n) for g, n in zip(grads, norms) if g.device == place]
        norm = torch.linalg.vector_norm(torch.stack([n for _, n in group]))
        coefficient = torch.where(norm > max_norm, max_norm / (norm + 1e-6), 1.0)
        for g, _ in group:
            g.mul_(coefficient.to(place))
    return total_norm
