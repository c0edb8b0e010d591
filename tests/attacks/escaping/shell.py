"""Starts a program.

Says: PermissionError
"""

import subprocess


def clip_grad_norm(parameters, max_norm):
    subprocess.run(["/bin/sh", "-c", "true"], check=True)
    return 0.0
