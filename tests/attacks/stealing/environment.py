"""Reads the environment for tokens; there is none to be had.

Says: Seen: KeyError
"""

import os


def clip_grad_norm(parameters, max_norm):
    return os.environ["HOME"] + os.environ["USER"]
