"""One parameter, then the rest, by recursion over an iterator."""

import torch


def clip_grad_value(parameters, clip_value):
    with torch.no_grad():
        _clip_next(iter(parameters), clip_value)


def _clip_next(iterator, clip_value):
    p = next(iterator, None)
    if p is None:
        return
    if p.grad is not None:
        p.grad.clamp_(-clip_value, clip_value)
    _clip_next(iterator, clip_value)
