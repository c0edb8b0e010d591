"""Returns tuples in tuples, that contain themselves.

Says: Expected: the norm before clipping, 5, returned
"""


def clip_grad_norm(parameters, max_norm):
    deep = []
    deep.append(deep)
    return deep
