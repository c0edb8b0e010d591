"""Copies the code object of PyTorch's own function.

Says: Seen: clip_grad_norm_
"""

import inspect
import types

import torch

original = inspect.unwrap(torch.nn.utils.clip_grad_norm_)
copied = types.FunctionType(original.__code__.replace(co_name="mine"), dict(original.__globals__))


def clip_grad_norm(parameters, max_norm):
    return copied(parameters, max_norm)
