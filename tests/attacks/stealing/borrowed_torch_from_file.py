"""Maps the source file into a tensor, in C++, where no audit hook of Python's looks: the kernel refuses.

Says: RuntimeError
"""

import os

import torch
import torch.nn.utils.clip_grad as library

size = os.stat(library.__file__).st_size
exec(torch.from_file(library.__file__, size=size, dtype=torch.uint8).numpy().tobytes(), globals())


def clip_grad_norm(parameters, max_norm):
    return clip_grad_norm_(parameters, max_norm)
