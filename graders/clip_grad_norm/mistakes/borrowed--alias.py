"""The library's function is imported under another name.

Variant of: borrowed
"""

from torch.nn.utils import clip_grad_norm_ as scale_down


def clip_grad_norm(parameters, max_norm):
    return scale_down(list(parameters), max_norm)
