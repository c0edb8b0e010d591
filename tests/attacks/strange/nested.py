"""Returns a nested tensor.

Says: Expected:
"""

import torch


def clip_grad_norm(parameters, max_norm):
    return torch.nested.nested_tensor([torch.ones(1)])
