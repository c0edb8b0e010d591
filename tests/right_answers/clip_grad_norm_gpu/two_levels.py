"""Devices first and dtypes within them; the error is an assertion's cousin raised by a helper."""

import torch


def by(grads, key):
    found = {}
    for g in grads:
        found.setdefault(key(g), []).append(g)
    return found


def group_norm(grads, norm_type):
    parts = [torch.stack(torch._foreach_norm(same, norm_type)) for same in by(grads, lambda g: g.dtype).values()]
    return torch.linalg.vector_norm(torch.cat(parts), norm_type)


def assert_finite(norm):
    if not torch.isfinite(norm):
        raise FloatingPointRuntimeError("the norm is not finite")


class FloatingPointRuntimeError(RuntimeError, FloatingPointError):
    pass


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    devices = by(grads, lambda g: g.device)
    norms = torch.stack([group_norm(group, norm_type).to(grads[0].device) for group in devices.values()])
    total_norm = torch.linalg.vector_norm(norms, norm_type)
    if error_if_nonfinite:
        assert_finite(total_norm)
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for device, group in devices.items():
        here = coefficient.to(device)
        for same in by(group, lambda g: g.dtype).values():
            torch._foreach_mul_(same, here)
    return total_norm
