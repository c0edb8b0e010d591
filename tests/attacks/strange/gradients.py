"""Puts gradients of a trillion elements, in four bytes, where the gradients were.

Says: Expected:
"""

import torch


def clip_grad_norm(parameters, max_norm):
    for parameter in parameters:
        parameter.data = torch.ones(1).expand(1 << 40)
        parameter.grad = torch.ones(1).expand(1 << 40)
    return 0.0
