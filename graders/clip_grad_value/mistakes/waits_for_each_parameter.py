"""The host waits for the device once for each parameter, to learn whether it should clamp.

`if norm > clip_value` needs the number on the host, and a GPU has to finish all its work first. The clamp
itself needs no answer: ask for it always.
"""

import torch


@torch.no_grad()
def clip_grad_value(parameters, clip_value):
    for p in parameters:
        if p.grad is not None and p.grad.numel() > 0:
            largest = torch.linalg.vector_norm(p.grad, float("inf"))
            if not largest <= clip_value:
                p.grad.clamp_(-clip_value, clip_value)
