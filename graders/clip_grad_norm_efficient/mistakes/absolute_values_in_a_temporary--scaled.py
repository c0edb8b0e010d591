"""Each gradient is divided by its largest absolute value, so that squares cannot overflow.

Variant of: absolute_values_in_a_temporary
"""

import torch


@torch.no_grad()
def clip_grad_norm_efficient(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    largest = [g.abs().max() if g.numel() else g.new_ones(()) for g in grads]
    largest = [torch.where(m > 0, m, 1.0) for m in largest]
    norms = [m * torch.linalg.vector_norm(g / m) for g, m in zip(grads, largest)]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
