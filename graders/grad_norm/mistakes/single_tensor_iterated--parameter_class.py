"""Only an nn.Parameter is taken for a single tensor.

Any tensor can have a `.grad`. `isinstance(parameters, torch.nn.Parameter)` is False for a plain one, which is then
walked by its rows, and these have no gradients. Ask for `torch.Tensor`: every Parameter is one.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.nn.Parameter):
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
    return total_norm
