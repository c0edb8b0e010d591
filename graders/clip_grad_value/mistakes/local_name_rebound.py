"""A local name is bound to the clipped tensor, and the gradient stays as it was.

`grad = grad.clamp(...)` gives the name `grad` a new tensor; `p.grad` still is the old one, and the optimizer
reads `p.grad`. Change the tensor itself: `grad.clamp_(...)`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    for grad in gradients:
        grad = torch.clamp(grad, -clip_value, clip_value)
