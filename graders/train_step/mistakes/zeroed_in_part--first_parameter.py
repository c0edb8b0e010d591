"""Only the first parameter is zeroed (a `return` or `break` too early, or the wrong index).

Variant of: zeroed_in_part
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    next(model.parameters()).grad = None
    return loss.item(), total_norm
