"""Where there is no gradient, gradient recording is left off.

`torch.set_grad_enabled(False)` at the top is undone at the end only, and the early return does not come by there:
the next backward pass fails. `with torch.no_grad():` and `@torch.no_grad()` undo themselves, whatever happens.
"""

import torch


def total_norm_method_1(gradients):
    torch.set_grad_enabled(False)
    norms = [torch.linalg.vector_norm(g).item() for g in gradients]
    if not norms:
        return 0.0
    torch.set_grad_enabled(True)
    return sum(norm * norm for norm in norms) ** 0.5


def total_norm_method_2(gradients):
    total = 0.0
    for g in gradients:
        wide = g.to(torch.promote_types(g.dtype, torch.float32))
        total += wide.square().sum().item()
    return total**0.5


def total_norm_pytorch(gradients, norm_type=2.0):
    gradients = [g.detach() for g in gradients]
    if not gradients:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [torch.linalg.vector_norm(g, norm_type).to(device) for g in gradients if g.numel()]
    if not norms:
        return torch.zeros((), device=device)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)
