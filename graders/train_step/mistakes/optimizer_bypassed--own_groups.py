"""By hand with each group's own learning rate: only the optimizer's state is lost.

Variant of: optimizer_bypassed
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    loss = criterion(model(x), y)
    loss.backward()
    total_norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p.data.add_(p.grad, alpha=-group["lr"])
    optimizer.zero_grad()
    return loss.item(), total_norm
