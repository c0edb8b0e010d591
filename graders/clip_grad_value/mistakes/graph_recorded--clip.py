"""The same with `clip_`, another name for `clamp_`.

Variant of: graph_recorded
"""

import torch


def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    for g in gradients:
        torch.clip_(g, min=-clip_value, max=clip_value)
