"""The batch is run in pieces, and the gradients are clipped after each piece.

The threshold is for the gradient of the whole batch. After each piece the sum so far is cut back, so the first pieces
count for less than the last one. Clip once, when the last `backward()` has run.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss_value = 0.0
    for x_piece, y_piece in zip(x.chunk(2), y.chunk(2), strict=True):
        loss = criterion(model(x_piece), y_piece) * len(x_piece) / len(x)
        loss.backward()
        total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        loss_value += loss.item()
    optimizer.step()
    return loss_value, total_norm
