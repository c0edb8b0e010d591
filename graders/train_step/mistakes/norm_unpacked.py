"""The clip's result is unpacked as if it were a pair; it is one 0-d tensor.

`total_norm, _ = clip_grad_norm_(...)` raises "iteration over a 0-d tensor". Some libraries return the gradients beside
the norm; PyTorch changes them in place and returns the norm alone.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm, _ = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
