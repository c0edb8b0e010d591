"""Products are made and copied into the gradients with `copy_` and a slice, 0-d gradients apart.

Loses: intermediates
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = [p for p in parameters if p.grad is not None]
    if not parameters:
        return torch.tensor(0.0)
    home = parameters[0].grad.device
    with torch.no_grad():
        norms = [torch.linalg.vector_norm(p.grad, norm_type).to(home).float() for p in parameters if p.grad.numel()]
        total = torch.linalg.vector_norm(torch.stack(norms), norm_type) if norms else torch.zeros((), device=home)
        norm = total.item()
        if norm > max_norm:
            for p in parameters:
                scaled = p.grad * (max_norm / (norm + eps))
                if p.grad.dim() == 0:
                    p.grad.copy_(scaled)
                else:
                    p.grad[:] = scaled
    return total
