"""The bound is written in the dtype of the first gradient and used for all of them.

0.1 as a float16 is 0.09998. That is right for a float16 gradient and too small for a float32 one in the same
list. Pass the number itself, or make one bound for each dtype.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    gradients = [p.grad for p in parameters if p.grad is not None]
    if gradients:
        bound = torch.full((), float(clip_value), dtype=gradients[0].dtype, device=gradients[0].device)
        for g in gradients:
            limit = bound.to(g.device)
            g.clamp_(-limit, limit)
