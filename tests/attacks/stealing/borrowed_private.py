"""Borrows the private twins.

Says: Seen: _get_total_norm
"""

from torch.nn.utils import clip_grad


def clip_grad_norm(parameters, max_norm):
    parameters = list(parameters)
    norm = clip_grad._get_total_norm([p.grad for p in parameters if p.grad is not None])
    clip_grad._clip_grads_with_norm_(parameters, max_norm, norm)
    return norm
