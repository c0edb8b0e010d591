"""Sleeps through the limit, without using the processor.

Limit: 1
Says: Time-out: no answer within 1 s
"""

import time


def clip_grad_norm(parameters, max_norm):
    time.sleep(3600)
