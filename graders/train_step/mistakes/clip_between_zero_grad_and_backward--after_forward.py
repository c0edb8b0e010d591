"""The same, after the forward pass and just before `backward()`.

Variant of: clip_between_zero_grad_and_backward
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def clip(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    if not parameters:
        return torch.tensor(0.0)
    total_norm = torch.stack([p.grad.norm(2) for p in parameters]).norm(2)
    if total_norm > max_norm:
        for p in parameters:
            p.grad.mul_(max_norm / (total_norm + 1e-6))
    return total_norm


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    optimizer.zero_grad(set_to_none=False)
    total_norm = clip(model.parameters(), max_grad_norm)
    loss.backward()
    optimizer.step()
    return loss.item(), total_norm
