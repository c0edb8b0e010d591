"""Evaluation mode for the forward pass, switched back before returning.

Variant of: evaluation_mode
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    model.eval()
    loss = criterion(model(x), y)
    model.train()
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
