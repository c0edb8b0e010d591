"""NumPy on the gradient's own memory where NumPy knows the dtype and the device; PyTorch elsewhere."""

import numpy as np
import torch


def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is None:
            continue
        grad = p.grad.detach()
        if grad.device.type == "cpu" and grad.dtype is not torch.bfloat16:
            array = grad.numpy()
            np.clip(array, array.dtype.type(-clip_value), array.dtype.type(clip_value), out=array)
        else:
            grad.clamp_(-clip_value, clip_value)
