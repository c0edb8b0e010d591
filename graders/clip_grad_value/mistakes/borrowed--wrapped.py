"""The function below the library's decorator is called through `__wrapped__`.

Variant of: borrowed
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    parameters = [p for p in parameters if p.grad is not None]
    if parameters:
        torch.nn.utils.clip_grad_value_.__wrapped__(parameters, clip_value)
