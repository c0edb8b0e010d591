"""A parameter without a gradient makes it crash: `.grad` is `None` there.

Frozen parameters, and layers that play no part in the loss, get no gradient. `optimizer.zero_grad()` and
`clip_grad_norm_` know that; a loop by hand must ask `if p.grad is not None`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    for p in model.parameters():
        p.grad.zero_()
    return loss.item(), total_norm
