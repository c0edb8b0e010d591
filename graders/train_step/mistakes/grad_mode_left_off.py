"""Gradient recording is off after the call.

`torch.set_grad_enabled(False)` is never undone, and the next call's backward pass fails. `with torch.no_grad():`
undoes itself.
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
    torch.set_grad_enabled(False)
    return loss.item(), total_norm
