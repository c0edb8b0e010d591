"""Elements below -clip_value come out as +clip_value: their sign is lost.

A test of the absolute value finds both kinds of outlier, but one assignment cannot serve both. A large
negative element becomes `-clip_value`; with the wrong sign the step goes uphill.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None:
            p.grad[p.grad.abs() > clip_value] = clip_value
