"""The method is returned and not its result: `loss.item` without parentheses.

The log gets `<built-in method item of Tensor>`, and the graph stays alive behind it. Call it: `loss.item()`.
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
    return loss.item, total_norm
