"""Frozen parameters are made trainable for the length of the backward pass.

Their gradients then stand in `.grad`: they count in the norm, so that all others are clipped more, and the optimizer
moves what was meant to stay. Leave `requires_grad` alone; a frozen parameter has no gradient.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    frozen = [p for p in model.parameters() if not p.requires_grad]
    for p in frozen:
        p.requires_grad_(True)
    loss = criterion(model(x), y)
    loss.backward()
    for p in frozen:
        p.requires_grad_(False)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
