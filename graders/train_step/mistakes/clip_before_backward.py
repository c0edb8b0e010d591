"""Clipped before `backward()`, when there is nothing to clip yet.

The gradients of this batch come into being in `loss.backward()`. Before it `.grad` is `None` or zero, so the clip
finds norm 0 and does nothing, and the step takes the gradients as they come. Move the clip behind `backward()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    output = model(x)
    loss = criterion(output, y)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item(), total_norm
