"""Reads its own and its parent's memory, environment and command line in /proc.

Says: PermissionError
"""

import os

secrets = [open(f"/proc/{pid}/{name}", "rb").read() for pid in ("self", os.getppid()) for name in ("environ", "maps")]


def clip_grad_norm(parameters, max_norm):
    return 0.0
