"""The library's private function is imported under another name.

Variant of: borrowed
"""

import torch
from torch.nn.utils.clip_grad import _get_total_norm as measure


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    full = [g for g in gradients if g.numel() > 0]
    if not full:
        return torch.zeros((), device=gradients[0].device)
    return measure(full, norm_type).to(gradients[0].device)
