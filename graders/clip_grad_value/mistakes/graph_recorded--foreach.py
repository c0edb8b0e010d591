"""The same with `torch._foreach` operations.

Variant of: graph_recorded
"""

from collections import defaultdict

import torch


def clip_grad_value(parameters, clip_value):
    groups = defaultdict(list)
    for p in parameters:
        if p.grad is not None:
            groups[p.grad.device, p.grad.dtype].append(p.grad)
    for gradients in groups.values():
        torch._foreach_clamp_min_(gradients, -clip_value)
        torch._foreach_clamp_max_(gradients, clip_value)
