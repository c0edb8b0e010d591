"""It asks `requires_grad` and not `grad`: an unused layer requires one and has none.

Variant of: no_none_check
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    parameters = [p for p in model.parameters() if p.requires_grad]
    total_norm = torch.stack([p.grad.norm(2) for p in parameters]).norm(2)
    if total_norm > max_grad_norm:
        for p in parameters:
            p.grad.mul_(max_grad_norm / (total_norm + 1e-6))
    optimizer.step()
    return loss.item(), total_norm
