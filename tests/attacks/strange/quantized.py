"""Returns a quantized tensor.

Says: Expected:
"""

import torch


def clip_grad_norm(parameters, max_norm):
    return torch.quantize_per_tensor(torch.tensor(5.0), 0.1, 0, torch.quint8)
