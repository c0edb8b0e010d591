"""The gradients are divided by the size of the batch, although the loss is a mean already.

`nn.MSELoss()` divides by the number of elements, so the gradients are those of the mean. Dividing once more makes them as
much smaller as the batch is large, and the threshold is no longer reached. Use the gradients as `backward()` leaves them.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    for p in model.parameters():
        if p.grad is not None:
            p.grad.div_(len(x))
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
