"""The model's output loses its last dimension, and broadcasting makes a square of it.

A model with one output gives shape (batch, 1). Against targets of that shape, `squeeze(-1)` of it makes
(batch, batch) differences, and the loss pulls every output to the mean of all targets. PyTorch only warns. Leave the
shapes as they are: `model(x)` and `y` have the same.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x).squeeze(-1), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
