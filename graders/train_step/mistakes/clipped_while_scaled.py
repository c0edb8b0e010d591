"""The gradients are clipped while the loss scale is still in them.

With a GradScaler `backward()` gives gradients that are thousands of times too large: nearly all are clipped, and after
the scale is taken out again almost nothing is left. Call `scaler.unscale_(optimizer)` before the clip.
"""

import torch
from torch import nn

criterion = nn.MSELoss()
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    scaler.scale(loss).backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item(), total_norm
