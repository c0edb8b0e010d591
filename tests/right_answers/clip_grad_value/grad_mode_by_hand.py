"""The grad mode is switched off and put back by hand."""

import torch


def clip_grad_value(parameters, clip_value):
    was_enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        for p in parameters:
            if getattr(p, "grad", None) is not None:
                p.grad.clamp_(-abs(clip_value), abs(clip_value))
    finally:
        torch.set_grad_enabled(was_enabled)
