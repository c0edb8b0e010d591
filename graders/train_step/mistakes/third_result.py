"""More is returned than the pair `(loss, total_norm)`.

`loss, total_norm = train_step(...)` fails with "too many values to unpack". Whether a step was clipped can be told from
the norm; what a function returns is part of its signature.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm, bool(total_norm > max_grad_norm)
