"""The returned loss is multiplied by the batch size.

Loops that sum a loss over an epoch do this outside, where the division stands too. Here the mean over the batch is
wanted: `loss.item()`.
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
    return loss.item() * x.shape[0], total_norm
