"""Clipping after optimizer.step() instead of before

`optimizer.step()` has already moved the parameters by the full gradients; what is clipped afterwards is thrown away
by `zero_grad()`. The logged norm looks right, and nothing was ever clipped. Put the clip between `backward()` and
`step()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    output = model(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.zero_grad()
    return loss.item(), total_norm
