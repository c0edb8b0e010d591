"""Gradients are zeroed only after steps that were clipped.

After all others they stay, and the next `backward()` adds to them. Zero them in every call, on every path.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    if total_norm > max_grad_norm:
        optimizer.zero_grad()
    return loss.item(), total_norm
