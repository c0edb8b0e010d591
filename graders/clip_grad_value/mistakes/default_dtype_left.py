"""PyTorch's default dtype is another one after the call.

`torch.set_default_dtype` holds for the whole program: every module that is made later takes twice the memory, and its
inputs no longer fit. A function that clips leaves PyTorch's settings alone.
"""

import torch


def clip_grad_value(parameters, clip_value):
    torch.set_default_dtype(torch.float64)
    for p in parameters:
        if p.grad is not None:
            p.grad.detach().clamp_(-clip_value, clip_value)
