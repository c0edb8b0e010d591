"""The epsilon is added after the division: `max_norm / total_norm + 1e-6`.

It belongs to the denominator, where it keeps a division by zero away. Beside the quotient it makes the factor too
large, by a millionth of every gradient: for exploding gradients, whose factor is tiny, that is much of it.
"""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    groups = {}
    for g in grads:
        groups.setdefault((g.device, g.dtype), []).append(g)
    norms = [torch.stack(torch._foreach_norm(gs, norm_type)) for gs in groups.values()]
    norms = [n.to(grads[0].device, torch.promote_types(n.dtype, torch.float32)) for n in norms]
    total_norm = torch.linalg.vector_norm(torch.cat(norms), norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("not finite")
    c = torch.where(total_norm > max_norm, max_norm / total_norm + 1e-6, 1.0)
    for (device, _), gs in groups.items():
        torch._foreach_mul_(gs, c.to(device))
    return total_norm
