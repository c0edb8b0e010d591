"""PyTorch's default dtype is another one after the call.

It was set for a precise norm. The setting holds for the whole program: what is made later takes twice the memory.
`torch.linalg.vector_norm(g, dtype=torch.float64)` asks for precision in one place.
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    torch.set_default_dtype(torch.float64)
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = list(parameters)
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
