"""PyTorch's own clipping function is called; the exercise is to write it.

In a training script that is the right thing to do. Here, show what it does: walk over the parameters and
clamp each gradient in place.
"""

import torch


def clip_grad_value(parameters, clip_value):
    parameters = [p for p in parameters if p.grad is not None]
    if parameters:
        torch.nn.utils.clip_grad_value_(parameters, clip_value)
