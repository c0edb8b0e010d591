"""`filter` and `map`, driven by `deque(maxlen=0)`."""

from collections import deque

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    grads = filter(lambda grad: grad is not None, map(lambda p: p.grad, parameters))
    deque(map(lambda grad: grad.clip_(-clip_value, clip_value), grads), maxlen=0)
