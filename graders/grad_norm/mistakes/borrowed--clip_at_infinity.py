"""The clipping function is called with an infinite threshold, for the sake of what it returns.

Variant of: borrowed
"""

import torch


@torch.no_grad()
def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    parameters = [p for p in parameters if p.grad is not None]
    if not parameters:
        return torch.tensor(0.0)
    full = [p for p in parameters if p.grad.numel() > 0]
    if not full:
        return torch.zeros((), device=parameters[0].grad.device)
    total = torch.nn.utils.clip_grad_norm_(full, float("inf"), norm_type)
    return total.to(parameters[0].grad.device)
