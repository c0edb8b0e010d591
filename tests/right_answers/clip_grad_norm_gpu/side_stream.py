"""Scales on a stream of its own for each device, and lets the usual stream wait for it there."""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    groups = {}
    for p in parameters:
        if p.grad is not None:
            groups.setdefault((p.grad.device, p.grad.dtype), []).append(p.grad)
    if not groups:
        return torch.zeros(())
    first = next(iter(groups))[0]
    norms = [torch.stack(torch._foreach_norm(group, norm_type)).double() for group in groups.values()]
    total_norm = torch.linalg.vector_norm(torch.cat([norm.to(first) for norm in norms]), norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("the total norm is not finite")
    coefficient = torch.clamp(max_norm / (total_norm + 1e-6), max=1.0)
    for (device, _), group in groups.items():
        if device.type != "cuda":
            torch._foreach_mul_(group, coefficient)
            continue
        side, usual = torch.cuda.Stream(device), torch.cuda.current_stream(device)
        there = coefficient.to(device)
        side.wait_stream(usual)
        with torch.cuda.stream(side):
            torch._foreach_mul_(group, there)
        there.record_stream(side)
        usual.wait_event(side.record_event())
    return total_norm
