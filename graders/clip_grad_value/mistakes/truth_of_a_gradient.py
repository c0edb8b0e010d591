"""`if p.grad` asks for the truth of the whole gradient, and PyTorch refuses to answer.

A tensor with several elements is neither true nor false: "Boolean value of Tensor with more than one value is
ambiguous". With a single element the question is whether it is zero. Ask `if p.grad is not None`.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad:
            p.grad.clamp_(-clip_value, clip_value)
