"""`functools.reduce` counts the gradients while it clips them."""

from functools import partial, reduce

import torch


def _step(count, p, clip_value):
    if p.grad is None:
        return count
    p.grad.detach().clamp_(-clip_value, clip_value)
    return count + 1


def clip_grad_value(parameters, clip_value) -> int:
    return reduce(partial(_step, clip_value=torch.tensor(clip_value).item()), parameters, 0)
