"""What is no list is taken for a single tensor, so a generator is asked for its `.grad`.

`model.parameters()` is neither a list nor a tuple, and `[model.parameters()]` has one element, the generator. Ask
for what is special, the single tensor: `if isinstance(parameters, torch.Tensor)`.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if not isinstance(parameters, (list, tuple)):
        parameters = [parameters]
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type) for g in grads if g.numel()]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    if not norms:
        return torch.zeros((), device=device)
    total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
