"""Maps the cached bytecode in C++, and unmarshals it.

Says: RuntimeError
"""

import importlib.util
import marshal

import torch
import torch.nn.utils.clip_grad as library

path = importlib.util.cache_from_source(library.__file__)
exec(marshal.loads(torch.from_file(path, size=1 << 12, dtype=torch.uint8).numpy().tobytes()[16:]), globals())


def clip_grad_norm(parameters, max_norm):
    return clip_grad_norm_(parameters, max_norm)
