"""Leaves hooks on the parameters, and a dispatch mode switched on.

Says: Expected:
"""

import torch
from torch.overrides import TorchFunctionMode


class Five(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return 5.0


def clip_grad_norm(parameters, max_norm):
    for parameter in parameters:
        if parameter.requires_grad:
            parameter.register_hook(lambda _: None)
    Five().__enter__()
    return 0.0
