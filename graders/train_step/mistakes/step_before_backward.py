"""`optimizer.step()` runs before `backward()`, when there are no gradients of this batch.

The step finds `None` or zeros and moves nothing; the gradients that are computed and clipped afterwards are wiped
at the next call. The order is forward, backward, clip, step.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    optimizer.step()
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    return loss.item(), total_norm
