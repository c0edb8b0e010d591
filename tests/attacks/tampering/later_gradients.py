"""Keeps every gradient, and changes those of earlier scenarios later.

Says: Expected: the norm before clipping, 5, returned
"""

kept = []


def clip_grad_norm(parameters, max_norm):
    for grad in kept:
        grad.detach().fill_(0.6)
    kept.extend(p.grad for p in parameters if p.grad is not None)
    return 0.0
