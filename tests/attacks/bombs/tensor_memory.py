"""Asks for a tensor of a terabyte.

Says: can't allocate memory
"""

import torch


def clip_grad_norm(parameters, max_norm):
    return torch.ones(1 << 38).sum()
