"""NumPy does the arithmetic, on the gradients' own memory.

Loses: intermediates, synchronisation, devices
"""

import numpy as np
import torch


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    squares = 0.0
    for grad in grads:
        values = grad.float().numpy() if grad.dtype is torch.bfloat16 else grad.numpy()
        squares += float(np.sum(np.square(values.astype(np.float64))))
    total_norm = np.sqrt(squares)
    if total_norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / (total_norm + 1e-6))
    return total_norm
