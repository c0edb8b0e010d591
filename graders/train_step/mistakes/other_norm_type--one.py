"""`norm_type=1`.

Variant of: other_norm_type
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm, norm_type=1)
    optimizer.step()
    return loss.item(), total_norm
