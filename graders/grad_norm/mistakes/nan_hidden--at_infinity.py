"""For an infinite norm_type a NaN is lost.

`torch.fmax` takes the number where the other is NaN, so the largest element is found beside the NaN. `torch.max` and
`vector_norm` hand it on.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if norm_type == float("inf"):
        total_norm = norms[0]
        for norm in norms[1:]:
            total_norm = torch.fmax(norm, total_norm)
    return total_norm
