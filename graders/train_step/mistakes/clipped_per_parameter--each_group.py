"""Each of the optimizer's groups is clipped by its own norm.

Groups of an optimizer have learning rates of their own, but the gradient of the model is one vector, with one norm
and one factor. Clip all parameters in one call.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    squares = 0.0
    for group in optimizer.param_groups:
        squares += torch.nn.utils.clip_grad_norm_(group["params"], max_grad_norm) ** 2
    total_norm = squares**0.5
    optimizer.step()
    return loss.item(), total_norm
