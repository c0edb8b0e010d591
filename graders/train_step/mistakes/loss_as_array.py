"""The loss is returned as a NumPy array.

It prints like a number and is none: `json.dumps` refuses it, and it shares the memory of the tensor that it came from.
`loss.item()` is a Python float.
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
    return loss.detach().numpy(), total_norm
