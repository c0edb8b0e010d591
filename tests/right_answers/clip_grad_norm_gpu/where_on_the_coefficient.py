"""`torch.where` on the device chooses the coefficient."""

import torch


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    if isinstance(parameters, torch.Tensor):
        return clip_grad_norm_([parameters], max_norm, norm_type, error_if_nonfinite)
    with torch.no_grad():
        by_kind = {}
        for p in parameters:
            if p.grad is not None:
                by_kind.setdefault((p.grad.device, p.grad.dtype), []).append(p.grad)
        if not by_kind:
            return torch.tensor(0.0)
        home = next(iter(by_kind))[0]
        norms = [n.to(home) for group in by_kind.values() for n in torch._foreach_norm(group, norm_type)]
        total_norm = torch.linalg.vector_norm(torch.stack(norms), norm_type)
        if error_if_nonfinite and not torch.isfinite(total_norm):
            raise RuntimeError
        coefficient = torch.where(total_norm > max_norm, max_norm / (total_norm + 1e-6), 1.0)
        for (device, dtype), group in by_kind.items():
            torch._foreach_mul_(group, coefficient.to(device, dtype))
        return total_norm
