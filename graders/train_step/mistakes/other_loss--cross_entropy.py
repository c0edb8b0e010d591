"""`nn.CrossEntropyLoss()`.

Variant of: other_loss
"""

import torch
from torch import nn

criterion = nn.CrossEntropyLoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
