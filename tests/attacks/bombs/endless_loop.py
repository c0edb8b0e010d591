"""Loops for ever.

Limit: 1
Says: Time-out: no answer within 1 s
"""


def clip_grad_norm(parameters, max_norm):
    while True:
        pass
