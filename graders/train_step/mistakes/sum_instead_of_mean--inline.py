"""The same with the loss written inline: `.sum()` where `.mean()` is asked.

Variant of: sum_instead_of_mean
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = ((model(x) - y) ** 2).sum()
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item(), total_norm
