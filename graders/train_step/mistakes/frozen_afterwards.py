"""`requires_grad` is switched off for all parameters after the step.

The next call finds nothing to differentiate, and `backward()` fails. Frozen is what the caller froze: leave
`requires_grad` as it is.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    for p in model.parameters():
        p.requires_grad_(False)
    return loss.item(), total_norm
