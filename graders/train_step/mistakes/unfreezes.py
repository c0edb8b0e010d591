"""`requires_grad` is switched on for all parameters, and frozen ones are trained.

Whoever froze a layer wants it to stay as it is. A training step leaves `requires_grad` alone and skips what has no
gradient.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    for p in model.parameters():
        p.requires_grad_(True)
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
