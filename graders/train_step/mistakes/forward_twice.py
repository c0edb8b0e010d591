"""The model runs forward a second time, only to have the loss for the log.

It costs another pass, and layers that change in training mode change twice: batch norm counts the batch two times,
dropout draws again. `loss.item()` of the loss you differentiated is there for free.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    with torch.no_grad():
        loss_value = criterion(model(x), y).item()
    criterion(model(x), y).backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss_value, total_norm
