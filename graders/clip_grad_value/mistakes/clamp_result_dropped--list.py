"""A list of clipped tensors is built and returned; no gradient has changed.

Variant of: clamp_result_dropped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    gradients = [grad.clamp(min=-clip_value, max=clip_value) for grad in gradients]
    return gradients
