"""The norm is returned as a vector of one element.

Norms of many steps stack to a matrix then, and formats such as `f"{norm:.3f}"` fail. A number of its own is a 0-d
tensor or a float.
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
    return loss.item(), total_norm.reshape(1)
