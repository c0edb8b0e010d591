"""PyTorch's clipping function does everything, with an epsilon and a condition of its own.

Variant of: borrowed
"""

import torch


def clip_grad_norm(parameters, max_norm, norm_type=2, eps=1e-7):
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm, norm_type)
