"""The older `Tensor.norm`, which flattens by itself."""

import math

import torch


def total_norm_method_1(gradients):
    total = 0
    for g in gradients:
        param_norm = g.detach().data.norm(2)
        total += param_norm.item() ** 2
    total = total ** (1.0 / 2)
    return float(total)


def total_norm_method_2(gradients):
    accumulated = 0.0
    for g in gradients:
        accumulated += torch.sum(g.detach().float() ** 2 if g.dtype != torch.float64 else g.detach() ** 2).item()
    return math.sqrt(accumulated)


def total_norm_pytorch(gradients, norm_type=2.0):
    norm_type = float(norm_type)
    gradients = [g.detach() for g in gradients]
    if len(gradients) == 0:
        return torch.tensor(0.0)
    device = gradients[0].device
    norms = [g.norm(norm_type).to(device) for g in gradients if g.numel() != 0]
    if len(norms) == 0:
        return torch.tensor(0.0).to(torch.float32) if device.type == "cpu" else torch.zeros([], device=device)
    if norm_type == math.inf:
        return norms[0] if len(norms) == 1 else torch.stack(norms).max()
    return torch.norm(torch.stack(norms), norm_type)
