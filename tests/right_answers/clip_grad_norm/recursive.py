"""Recursion over the parameters: the norm on the way in, the scaling on the way out."""

import math

import torch


def clip_grad_norm(parameters, max_norm):
    walker = iter(parameters)

    def descend(squared):
        for p in walker:
            if p.grad is None:
                continue
            norm = torch.linalg.vector_norm(p.grad.detach())
            squared = squared + norm.to(device="cpu", dtype=torch.float64, non_blocking=True) ** 2
            total, scale = descend(squared)
            if scale != 1.0:
                p.grad.detach().mul_(scale)
            return total, scale
        total = math.sqrt(float(squared))
        return total, (max_norm / (total + 1e-6) if total > max_norm else 1.0)

    return descend(torch.zeros((), dtype=torch.float64))[0]
