"""What is no list is taken for a single tensor, so a generator is asked for its `.grad`.

`model.parameters()` is neither a list nor a tuple, and `[model.parameters()]` has one element, the generator. Walk
`parameters` whatever it is; a single tensor does not occur here.
"""

import torch


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    if not isinstance(parameters, (list, tuple)):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    device = grads[0].device
    norms = [torch.linalg.vector_norm(g) for g in grads]
    norms = [n.to(device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in grads:
            g.mul_(coefficient.to(g.device))
    return total_norm
