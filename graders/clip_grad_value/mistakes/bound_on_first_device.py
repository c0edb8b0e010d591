"""The bound is a tensor on the first gradient's device; gradients on another device fail.

PyTorch does not mix two GPUs in one operation, not even with a 0-d tensor. Pass the Python number, which goes
anywhere.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if gradients:
        bound = torch.full((), float(clip_value), dtype=torch.float64, device=gradients[0].device)
        for g in gradients:
            g.clamp_(-bound, bound)
