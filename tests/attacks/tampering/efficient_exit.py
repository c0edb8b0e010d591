"""Leaves in the middle of the second entry's exercise.

Exercise: clip_grad_norm_efficient
Says: The process ended itself with exit code 3
"""

import os


def clip_grad_norm_efficient(parameters, max_norm):
    os._exit(3)
