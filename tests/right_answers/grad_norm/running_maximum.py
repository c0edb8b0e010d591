"""A running total in place, with a branch for infinity, and the grad mode put back in `finally`."""

import math

import torch


def grad_norm(parameters, norm_type=2):
    if isinstance(parameters, torch.Tensor):
        parameters = [parameters]
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        total = None
        for p in parameters:
            g = p.grad
            if g is None:
                continue
            if total is None:
                total = torch.zeros((), device=g.device, dtype=torch.float64)
            if not g.numel():
                continue
            norm = torch.linalg.vector_norm(g, ord=norm_type).to(total.device).to(total.dtype)
            if math.isinf(norm_type):
                torch.maximum(total, norm, out=total)
            else:
                total.add_(norm.pow_(norm_type))
        if total is None:
            return torch.tensor(0.0)
        return total if math.isinf(norm_type) else total.pow_(1.0 / norm_type)
    finally:
        torch.set_grad_enabled(before)
