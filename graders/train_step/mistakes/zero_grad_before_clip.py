"""`zero_grad()` stands between `backward()` and the clip: the gradients are wiped unused.

`backward()` has just computed them and `zero_grad()` throws them away. The clip finds norm 0 and the step moves
nothing: the loss never falls. Zero before `backward()` or after `step()`, never in between.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.zero_grad()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
