"""The parameters are updated by hand and the optimizer is passed by.

`p -= lr * p.grad` is plain SGD with one learning rate. Momentum, Adam's moments, weight decay and the other groups'
learning rates live in the optimizer and are lost. Call `optimizer.step()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    lr = optimizer.param_groups[0]["lr"]
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    return loss.item(), total_norm
