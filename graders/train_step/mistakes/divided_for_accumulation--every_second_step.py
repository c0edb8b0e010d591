"""Gradients of two calls are added up, and every second call steps.

Variant of: divided_for_accumulation
"""

import torch
from torch import nn

criterion = nn.MSELoss()
calls = 0


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    global calls
    loss = criterion(model(x), y)
    (loss / 2).backward()
    calls += 1
    total_norm = torch.tensor(0.0)
    if calls % 2 == 0:
        total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
        optimizer.zero_grad()
    return loss.item(), total_norm
