"""`torch.linalg.norm` with an order takes the matrix norm of a matrix, not that of its elements.

For a 2-d tensor order 2 is the largest singular value, 1 and infinity are the largest column and row sums. Biases
come out right, weights too small. `torch.linalg.vector_norm` treats every shape as one long vector.

Seen: 2 of 153 public implementations
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [
        torch.linalg.norm(g.float(), norm_type)
        if g.dim() == 2 and norm_type in (1, 2, float("inf"))
        else torch.linalg.vector_norm(g, norm_type)
        for g in gradients
        if g.numel()
    ]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    norm = total_norm.item()
    if norm > max_norm:
        coefficient = max_norm / (norm + eps)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
