"""Raises an exception that misbehaves when it is shown.

Says: (an exception that cannot be shown)
"""


class Awkward(Exception):
    def __str__(self):
        raise SystemExit(0)


def clip_grad_norm(parameters, max_norm):
    raise Awkward
