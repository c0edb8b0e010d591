"""Each group's norm is written into a buffer on the first device."""

import torch


@torch.no_grad()
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    groups, first = {}, None
    for p in parameters:
        g = p.grad
        if g is None:
            continue
        first = g if first is None else first
        groups.setdefault((g.device, g.dtype), []).append(g)
    if first is None:
        return torch.tensor(0.0)
    buffer = first.new_empty(len(groups), dtype=torch.float64)
    for row, group in enumerate(groups.values()):
        stacked = torch.stack(torch._foreach_norm(group, norm_type))
        buffer[row].copy_(torch.linalg.vector_norm(stacked, norm_type))
    total_norm = torch.linalg.vector_norm(buffer, norm_type)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError("not finite")
    coefficient = (max_norm / (total_norm + 1e-6)).clamp_(max=1.0)
    for (device, dtype), group in groups.items():
        torch._foreach_mul_(group, coefficient.to(device, dtype))
    return total_norm
