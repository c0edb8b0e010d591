"""The norm is measured after `zero_grad()`: it is always 0.

By then the gradients are gone. Keep what `clip_grad_norm_` returns; it measures while they exist.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    optimizer.zero_grad()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf"))
    return loss.item(), total_norm
