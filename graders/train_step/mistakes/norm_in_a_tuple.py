"""The norm is returned in a tuple, made by a comma at the end of a line.

`total_norm = clip(...),` makes a tuple with one element, which nobody can compare or format as a number. Take the comma
away.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm),
    optimizer.step()
    return loss.item(), total_norm
