"""`zero_grad()` stands between the clip and the step: the optimizer finds no gradients.

The norm in the log is right, yet the parameters never move, because `step()` reads `.grad` after it was wiped. Zero
before `backward()` or after `step()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.zero_grad()
    optimizer.step()
    return loss.item(), total_norm
