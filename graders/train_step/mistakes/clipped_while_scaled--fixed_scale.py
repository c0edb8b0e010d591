"""A fixed loss scale is divided out by hand, after the clip, from gradients and norm.

Variant of: clipped_while_scaled
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    (128.0 * loss).backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= 128.0
    optimizer.step()
    return loss.item(), total_norm / 128.0
