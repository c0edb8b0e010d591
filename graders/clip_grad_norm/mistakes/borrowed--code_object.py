"""A new function is built around the library's code object.

Variant of: borrowed
"""

import inspect
import types

import torch

original = inspect.unwrap(torch.nn.utils.clip_grad_norm_)
copied = types.FunctionType(original.__code__, original.__globals__, "copied", original.__defaults__)


@torch.no_grad()
def clip_grad_norm(parameters, max_norm):
    return copied(parameters, max_norm)
