"""Nothing is done: the gradients stay as they are and None is returned.

The function's body is still empty (`pass`). Start with the norm: one number for each gradient, then one number for
all of them.

Facets: outcome, returned, kind, gradients
"""

def clip_grad_norm(parameters, max_norm):
    pass
