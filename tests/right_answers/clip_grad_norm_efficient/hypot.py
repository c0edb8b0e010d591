"""`math.hypot` of the norms: Pythagoras for any number of sides."""

import math

import torch


def clip_grad_norm_efficient(parameters, max_norm):
    with torch.no_grad():
        grads = [p.grad for p in parameters if p.grad is not None]
        total_norm = math.hypot(*(g.norm().item() for g in grads))
        if total_norm > max_norm:
            for g in grads:
                g.mul_(max_norm / total_norm)
    return total_norm
