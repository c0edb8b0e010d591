"""The same with the coefficient never compared with 1, so an infinite threshold makes it infinite.

Variant of: always_rescaled
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def norm_of(parameters):
    return torch.stack([p.grad.norm(2) for p in parameters if p.grad is not None]).norm(2)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = norm_of(model.parameters())
    coefficient = max_grad_norm / (total_norm + 1e-6)
    for p in model.parameters():
        if p.grad is not None:
            p.grad.mul_(coefficient)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item(), total_norm
