"""Writes beyond its gradient, over the other scenarios' inputs in the shared memory.

Says: Expected:
"""

import numpy as np


def clip_grad_norm(parameters, max_norm):
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.numel():
            behind = np.lib.stride_tricks.as_strided(parameter.grad.detach().numpy(), (4096,), (4,))
            behind[:] = 0.6
    return 0.0
