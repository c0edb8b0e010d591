"""Only what has a gradient is made smaller.

Variant of: moved_beside_the_optimizer
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p.mul_(1 - 1e-5)
    return loss.item(), total_norm
