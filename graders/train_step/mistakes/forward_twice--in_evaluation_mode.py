"""The model runs forward a second time, in evaluation mode.

The loss for the log is at hand: it is the one that was differentiated. A second pass costs as much as the first.
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
    model.eval()
    with torch.no_grad():
        criterion(model(x), y)
    model.train()
    return loss.item(), total_norm
