"""Opens descriptors without end.

Says: Too many open files
"""

import os


def clip_grad_norm(parameters, max_norm):
    return [os.open("/dev/null", os.O_RDONLY) for _ in range(10_000)]
