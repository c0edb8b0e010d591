"""The criterion is made with `reduction="none"`, so the loss is a tensor of all squared errors.

`backward()` starts from one number: "grad can be implicitly created only for scalar outputs". Use the mean, which is
the default of `nn.MSELoss()`, or call `.mean()` before `backward()`.
"""

import torch
from torch import nn

criterion = nn.MSELoss(reduction="none")


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.mean().item(), total_norm
