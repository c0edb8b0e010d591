"""A hook that clips is registered on the optimizer in every call.

Variant of: hooks_left
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    norms = []

    def clip(*_):
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm))

    optimizer.register_step_pre_hook(clip)
    optimizer.step()
    return loss.item(), norms[0]
