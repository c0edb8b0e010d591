"""Kills the zygote.

Says: PermissionError
"""

import os
import signal


def clip_grad_norm(parameters, max_norm):
    os.kill(os.getppid(), signal.SIGKILL)
    return 0.0
