"""`np.clip` without `out` makes a new array.

Variant of: clamp_result_dropped
Facets: gradients
"""

import numpy as np
import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            np.clip(p.grad.numpy(), -clip_value, clip_value)
