"""A penalty on the weights is added to the loss that is differentiated.

Weight decay is the optimizer's (`weight_decay=...`). Added to the loss it changes the gradients, and with them the norm
and the clip. The contract's loss is the mean squared error and nothing else.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    (loss + 1e-3 * sum(p.square().sum() for p in model.parameters())).backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
