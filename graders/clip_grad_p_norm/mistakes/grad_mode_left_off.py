"""Where there is no gradient, gradient recording is left off.

`torch.set_grad_enabled(False)` at the top is undone at the end only, and the early return does not come by there:
the next backward pass fails. `with torch.no_grad():` and `@torch.no_grad()` undo themselves, whatever happens.
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    torch.set_grad_enabled(False)
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g, float(norm_type)) if g.numel() else g.new_zeros(()) for g in grads]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.stack(norms), float(norm_type))
    if total_norm > max_norm:
        c = max_norm / (total_norm + eps)
        for g in grads:
            g.mul_(c.to(g.device))
    torch.set_grad_enabled(True)
    return total_norm
