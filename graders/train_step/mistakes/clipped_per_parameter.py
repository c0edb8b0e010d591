"""Each parameter is clipped by its own norm, in a loop; the threshold is for all of them together.

Several gradients at the threshold each are together longer than it, and those that were small keep their size, so
the direction changes. Hand all parameters to one call of the clip function.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def norm_of(parameters):
    return torch.stack([p.grad.norm(2) for p in parameters if p.grad is not None]).norm(2)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = norm_of(model.parameters())
    for p in model.parameters():
        torch.nn.utils.clip_grad_norm_(p, max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
