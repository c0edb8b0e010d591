"""Scales the loss, and unscales the gradients before it clips them."""

import torch
from torch import nn

criterion = nn.MSELoss()
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    total_norm = nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    scaler.step(optimizer)
    scaler.update()
    return loss.item(), total_norm
