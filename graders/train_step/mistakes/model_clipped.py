"""The clip is given the model, and a module is no iterable of parameters.

`clip_grad_norm_` walks what it is given, and "'Module' object is not iterable". Pass `model.parameters()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model, max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
