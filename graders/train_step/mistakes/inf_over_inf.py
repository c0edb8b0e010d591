"""An infinite threshold gives inf / inf = NaN, and the parameters are lost.

`max_grad_norm / max(total_norm, max_grad_norm)` is elegant until somebody passes infinity in order only to measure.
Compare first, or clamp `max_grad_norm / (total_norm + 1e-6)` to 1.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def norm_of(parameters):
    return torch.stack([p.grad.norm(2) for p in parameters if p.grad is not None]).norm(2)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = norm_of(model.parameters())
    coefficient = max_grad_norm / max(total_norm.item(), max_grad_norm)
    for p in model.parameters():
        if p.grad is not None:
            p.grad.mul_(coefficient)
    optimizer.step()
    return loss.item(), total_norm
