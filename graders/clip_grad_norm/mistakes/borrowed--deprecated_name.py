"""The library's deprecated name, without the underscore, is called.

Variant of: borrowed
"""

import warnings

from torch.nn import utils


def clip_grad_norm(parameters, max_norm):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return utils.clip_grad_norm(parameters, max_norm)
