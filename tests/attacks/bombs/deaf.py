"""Ignores every signal, and loops.

Limit: 1
Says: Time-out: no answer within 1 s
"""

import contextlib
import signal

for number in range(1, 65):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)


def clip_grad_norm(parameters, max_norm):
    while True:
        pass
