"""The interview card's "more memory efficient" variant.

Quoted from the interview card. It creates no tensor that grows with a gradient, and since the sum is kept in a Python
float it works across devices and dtypes without another thought. The price: `.item()` waits for the device once for
each gradient. Memory-efficient is not GPU-efficient.
"""

from collections.abc import Iterable

import torch


def clip_grad_norm_efficient(parameters: Iterable[torch.Tensor], max_norm: float) -> torch.Tensor | float:
    parameters = [p for p in parameters if p.grad is not None]

    if len(parameters) == 0:
        return torch.tensor(0.0)

    # Compute total norm without creating intermediate tensor
    total_norm = 0.0
    for p in parameters:
        param_norm = p.grad.detach().data.norm(2)
        total_norm += param_norm.item() ** 2
    total_norm = total_norm**0.5

    # Clip
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        for p in parameters:
            p.grad.detach().mul_(clip_coef)

    return total_norm
