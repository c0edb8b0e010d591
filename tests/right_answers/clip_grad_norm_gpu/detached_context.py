"""Detached gradients instead of `no_grad`, and keyword arguments throughout."""

import torch


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    groups = {}
    for grad in (p.grad for p in parameters):
        if grad is not None:
            groups.setdefault((grad.device, grad.dtype), []).append(grad.detach())
    if not groups:
        return torch.tensor(0.0)
    (first_device, _), *_ = groups
    norms = [
        torch.linalg.vector_norm(torch.stack(torch._foreach_norm(group, ord=norm_type)), ord=norm_type)
        for group in groups.values()
    ]
    total_norm = torch.linalg.vector_norm(torch.stack([norm.to(device=first_device) for norm in norms]), ord=norm_type)
    if error_if_nonfinite and bool(torch.isfinite(total_norm)) is False:
        raise RuntimeError("not finite")
    coefficient = torch.clamp(input=torch.div(torch.full_like(total_norm, max_norm), total_norm + 1e-6), max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device=device, dtype=dtype))
    return total_norm
