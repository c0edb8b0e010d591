"""The library's function is looked up by a name that is put together.

Variant of: borrowed
"""

import importlib


def clip_grad_norm(parameters, max_norm):
    module = importlib.import_module("torch.nn.utils." + "clip_" + "grad")
    return getattr(module, "_".join(["clip", "grad", "norm", ""]))(parameters, max_norm)
