"""Zeroed by hand before `backward()`: on the first call nothing has a gradient yet.

Variant of: no_none_check
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    for p in model.parameters():
        p.grad.zero_()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
