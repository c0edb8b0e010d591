"""A local name is bound to the clipped tensor, and the gradient stays as it was.

Variant of: clamp_result_dropped
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    for grad in gradients:
        grad = torch.clamp(grad, -clip_value, clip_value)
