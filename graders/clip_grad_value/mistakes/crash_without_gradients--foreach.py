"""`torch._foreach` operations refuse an empty list of tensors.

Variant of: crash_without_gradients
"""

from collections import defaultdict

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    groups = defaultdict(list)
    for p in parameters:
        if p.grad is not None:
            groups[p.grad.device, p.grad.dtype].append(p.grad)
    for gradients in list(groups.values()) or [[]]:
        torch._foreach_clamp_min_(gradients, -clip_value)
        torch._foreach_clamp_max_(gradients, clip_value)
