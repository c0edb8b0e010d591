"""No step is taken where the norm of the gradients is small.

Small gradients are no sign that training is done: with small inputs, or a large learning rate, the step that they make
counts like any other. Call `optimizer.step()` in every call.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    if total_norm >= 1e-3:
        optimizer.step()
    return loss.item(), total_norm
