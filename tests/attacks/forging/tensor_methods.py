"""Replaces a method of tensors in the first call.

Says: torch.Tensor.clip was replaced
"""

import torch


def clip_grad_norm(parameters, max_norm):
    torch.Tensor.clip = torch.Tensor.numpy = lambda *_: 5.0
    return 0.0
