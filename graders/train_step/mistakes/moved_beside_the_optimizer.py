"""Beside the optimizer's step the parameters are made a little smaller by hand.

Weight decay belongs to the optimizer, which has it for each group, as `weight_decay`. Done here it also reaches
parameters whose learning rate is 0 and those that are frozen. Let `optimizer.step()` be all that moves parameters.
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
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(1 - 1e-5)
    return loss.item(), total_norm
