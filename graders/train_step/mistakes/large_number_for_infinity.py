"""An infinite threshold is replaced by a large number.

Gradients that are larger still are clipped, where the caller asked that nothing be. Infinity compares like any other
number: pass it on.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    limit = min(max_grad_norm, 1e6)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    return loss.item(), total_norm
