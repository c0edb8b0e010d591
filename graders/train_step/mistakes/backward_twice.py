"""`backward()` runs twice, so every gradient counts double.

Gradients add up: after the second `backward()` they, and the logged norm, are twice too large. Clipping hides it at
steps that exceed the threshold. If PyTorch asks for `retain_graph=True` here, the second call is what is wrong.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward(retain_graph=True)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
