"""The library's source file is run again under another name.

Variant of: borrowed
"""

import importlib.util
import sys

spec = importlib.util.spec_from_file_location("copied_clip_grad", sys.modules["torch.nn.utils.clip_grad"].__file__)
copied = importlib.util.module_from_spec(spec)
spec.loader.exec_module(copied)


def clip_grad_norm(parameters, max_norm):
    return copied.clip_grad_norm_(parameters, max_norm)
