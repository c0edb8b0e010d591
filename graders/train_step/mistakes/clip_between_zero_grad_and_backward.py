"""Clipped between `zero_grad()` and `backward()`: the gradients that were just wiped.

`zero_grad()` leaves `None` or zeros, so the clip finds norm 0, and `backward()` then writes fresh gradients that
nobody clips. The clip belongs behind `backward()`; `zero_grad()` may stay where it is.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item(), total_norm
