"""`hardtanh_` is a clamp under another name."""

import math

import torch
from torch.nn import functional


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is None:
            continue
        if clip_value == 0 and not math.copysign(0.0, clip_value):
            p.grad.clamp_(0, 0)
        else:
            functional.hardtanh(p.grad, min_val=-clip_value, max_val=clip_value, inplace=True)
