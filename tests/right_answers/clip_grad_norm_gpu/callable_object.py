"""An instance with `__call__` is the entry point; its error is a class of its own."""

from collections import defaultdict

import torch


class NotFinite(RuntimeError):
    pass


class Clip:
    eps = 1e-6

    def __call__(self, parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
        if isinstance(parameters, torch.Tensor):
            parameters = [parameters]
        groups = defaultdict(list)
        for p in parameters:
            if p.grad is not None:
                groups[p.grad.device, p.grad.dtype].append(p.grad.detach())
        if not groups:
            return torch.zeros(())
        total_norm = self.norm(list(groups.values()), norm_type)
        if error_if_nonfinite and not total_norm.isfinite():
            raise NotFinite
        coefficient = torch.clamp(max_norm / (total_norm + self.eps), max=1)
        for (device, dtype), group in groups.items():
            torch._foreach_mul_(group, coefficient.to(device, dtype, non_blocking=True))
        return total_norm

    @staticmethod
    def norm(groups, norm_type):
        first = groups[0][0].device
        norms = [
            norm.to(first, non_blocking=True) for group in groups for norm in torch._foreach_norm(group, norm_type)
        ]
        return torch.linalg.vector_norm(torch.stack(norms), norm_type)


clip_grad_norm_ = Clip()
