"""A wrong answer without any trick.

Says: Expected: the norm before clipping, 5, returned
"""


def clip_grad_norm(parameters, max_norm):
    return 0.0
