"""`torch.clamp` with `out=`, in inference mode."""

import torch


def clip_grad_value(parameters, clip_value):
    with torch.inference_mode():
        for p in parameters:
            grad = p.grad
            if grad is not None:
                torch.clamp(grad, -clip_value, clip_value, out=grad)
