"""Raises SystemExit(0) in every call.

Says: Seen: SystemExit: 0
"""

import sys


def clip_grad_norm(parameters, max_norm):
    sys.exit(0)
