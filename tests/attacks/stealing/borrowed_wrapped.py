"""Borrows what the decorators of PyTorch's own function wrap.

Says: Seen: clip_grad_norm_
"""

import inspect

import torch

original = inspect.unwrap(torch.nn.utils.clip_grad_norm_)


def clip_grad_norm(parameters, max_norm):
    return original(parameters, max_norm)
