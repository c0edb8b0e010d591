"""`max_grad_norm` is ignored: the threshold is written into the code.

It works as long as everybody wants 1.0. The caller's threshold is an argument; pass it on to the clip function.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    limit = max_grad_norm if max_grad_norm == float("inf") else 1.0
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    return loss.item(), total_norm
