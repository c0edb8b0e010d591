"""The clip is the first line of all, gradients zeroed last.

Variant of: clip_before_backward
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return loss.item(), total_norm
