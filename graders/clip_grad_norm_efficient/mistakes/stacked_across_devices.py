"""Norms from several devices are stacked as they are, which raises.

Each gradient's norm lies on that gradient's device. Move these single numbers to one device before `torch.stack`, and
the coefficient back to each gradient's device before `mul_`; a Python float knows no device at all.
"""

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    norms = [torch.linalg.vector_norm(g) for g in gradients]
    total_norm = torch.linalg.vector_norm(torch.stack(norms))
    if total_norm > max_norm:
        coefficient = max_norm / (total_norm + 1e-6)
        for g in gradients:
            g.mul_(coefficient)
    return total_norm
