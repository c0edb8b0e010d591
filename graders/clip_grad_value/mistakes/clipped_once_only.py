"""Each parameter is clipped in the first call only; later gradients pass unclipped.

The function remembers which parameters it has seen. The next training step brings new gradients for the same
parameters, and these need clipping as well. Keep no state between calls.
"""

import torch

_done = {}


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and id(p) not in _done:
            _done[id(p)] = p
            p.grad.clamp_(-clip_value, clip_value)
