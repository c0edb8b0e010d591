"""With powers and roots of Python floats: for 0 the root is an error.

Variant of: norm_type_made_integer
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if norm_type != float("inf"):
        norm_type = int(norm_type)
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in grads if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    if norm_type == float("inf"):
        total_norm = torch.stack(norms).max()
    else:
        total = sum(norm.double() ** norm_type for norm in norms)
        total_norm = total ** (1.0 / norm_type)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
