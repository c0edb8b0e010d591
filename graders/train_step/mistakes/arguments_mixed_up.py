"""The threshold is passed as the order of the norm, and the order as the threshold.

`clip_grad_norm_(parameters, max_norm, norm_type)`: written the other way round it clips to 2.0 by a norm of order
`max_grad_norm`. Name what you pass: `max_norm=max_grad_norm`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0, max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
