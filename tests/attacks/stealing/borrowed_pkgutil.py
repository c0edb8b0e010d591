"""Reads the source file as a package's data.

Says: Seen: the source file
"""

import pkgutil

exec(pkgutil.get_data("torch.nn.utils", "clip_grad.py"), globals())


def clip_grad_norm(parameters, max_norm):
    return clip_grad_norm_(parameters, max_norm)
