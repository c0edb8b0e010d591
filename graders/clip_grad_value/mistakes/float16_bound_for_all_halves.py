"""Bounds for bfloat16 gradients are written in float16, where numbers above 65504 do not exist.

bfloat16 has the range of float32. As a float16, a bound of 100000 is infinite, and nothing is clipped. Pass
the number itself, and let PyTorch write it in the gradient's dtype.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            if p.grad.dtype in (torch.float16, torch.bfloat16):
                bound = torch.tensor(float(clip_value)).to(p.grad.device).half()
                p.grad.clamp_(-bound, bound)
            else:
                p.grad.clamp_(-clip_value, clip_value)
