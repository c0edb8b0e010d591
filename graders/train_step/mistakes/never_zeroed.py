"""The gradients are never zeroed, so those of every batch so far add up.

`backward()` adds to `.grad`. The first step is right, and from the second on each batch is mixed with all earlier
ones (as clipped as they were left). Call `optimizer.zero_grad()` once in a step, first or last.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
