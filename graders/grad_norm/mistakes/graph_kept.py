"""The result carries a graph when the gradients do.

After `backward(create_graph=True)` a gradient has a history, and so has everything computed from it. A list
of logged norms then keeps the graph of every step in memory. Work under `torch.no_grad()`.
"""

import torch


def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel() > 0]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
