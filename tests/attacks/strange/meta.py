"""Returns a tensor without values.

Says: Expected:
"""

import torch


def clip_grad_norm(parameters, max_norm):
    return torch.ones((), device="meta")
