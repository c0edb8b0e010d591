"""Floods standard output.

Limit: 2
Says: Time-out: no answer within 2 s
"""

import sys


def clip_grad_norm(parameters, max_norm):
    while True:
        sys.stdout.write("passed " * 10_000)
