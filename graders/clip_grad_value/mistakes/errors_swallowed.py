"""A broad except hides every error, and gradients stay unclipped without a word.

The try block was meant for parameters without a gradient, and it ends the loop at the first one. Test for
None, and let real errors be seen.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    try:
        for p in parameters:
            p.grad.clamp_(-clip_value, clip_value)
    except Exception:
        pass
