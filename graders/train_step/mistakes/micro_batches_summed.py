"""A large batch is run in pieces, and the gradients of their means are added up.

Each piece has a loss that is a mean, so two pieces have twice the gradient of the whole batch; and batch norm sees each
piece by itself. Run the model once on all of `x`. Where memory forces pieces, weigh each by its share of the rows.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss_value = 0.0
    for x_piece, y_piece in zip(x.split(16), y.split(16), strict=True):
        loss = criterion(model(x_piece), y_piece)
        loss.backward()
        loss_value += loss.item() * len(x_piece) / len(x)
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss_value, total_norm
