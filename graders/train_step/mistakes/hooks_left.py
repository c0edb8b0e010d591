"""Every call registers hooks, and none is removed.

They pile up: the thousandth call runs a thousand of them for each parameter, and what they hold stays alive. Keep the
handle that `register_hook` returns, and call its `remove()` before returning.
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    norms = []
    for p in model.parameters():
        if p.requires_grad:
            p.register_hook(lambda grad: norms.append(grad.norm()))
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss.item(), total_norm
