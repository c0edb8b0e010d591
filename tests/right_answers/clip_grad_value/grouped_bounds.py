"""0-d bounds on the device, one pair for each device and dtype, in a dict."""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    bounds = {}
    for grad in [p.grad for p in parameters if p.grad is not None]:
        key = (grad.device, grad.dtype)
        if key not in bounds:
            bounds[key] = torch.full((), clip_value, device=grad.device, dtype=grad.dtype)
        upper = bounds[key]
        torch.minimum(torch.maximum(grad, -upper, out=grad), upper, out=grad)
