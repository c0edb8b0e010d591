"""The clip is given `model.named_parameters()`, whose elements are pairs.

A pair of name and parameter has no `.grad`, so the call raises. Pass `model.parameters()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.named_parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
