"""`loss.backward()` is missing: there are no gradients to clip, nor to step with.

The forward pass only records what is needed; gradients exist after `backward()`. Without it the norm is 0 and the
step moves nothing.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
