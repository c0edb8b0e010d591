"""The loss is divided by a number of accumulation steps, although one call is one step.

`loss / accumulation_steps` is right where several `backward()` calls come before one `step()`. Here each call steps, so
that the gradients are as much too small, and a threshold that they should exceed is not reached.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    (loss / 4).backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
