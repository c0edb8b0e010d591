"""What is no list is taken for a single tensor, so a generator is asked for its `.grad`.

`model.parameters()` is neither a list nor a tuple, and `[model.parameters()]` has one element, the generator. Ask
for what is special, the single tensor: `if isinstance(parameters, torch.Tensor)`.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if not isinstance(parameters, (list, tuple)):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in grads if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
