"""The same with recording switched on at the start, so that only the caller is surprised.

Variant of: grad_mode_left_off
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    torch.set_grad_enabled(True)
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    torch.set_grad_enabled(False)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
