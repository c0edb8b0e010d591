"""Returns a tensor of a trillion elements in four bytes.

Says: Expected:
"""

import torch


def clip_grad_norm(parameters, max_norm):
    return torch.ones(1).expand(1 << 40)
