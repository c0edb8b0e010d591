"""An epsilon of 1e-2.

Variant of: large_epsilon
"""

import torch
from torch import nn

criterion = nn.MSELoss()


def train_step(model, optimizer, x, y, max_grad_norm=1.0):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    total_norm = torch.stack([grad.norm(2) for grad in grads]).norm(2)
    if total_norm > max_grad_norm:
        for grad in grads:
            grad.mul_(max_grad_norm / (total_norm + 1e-2))
    optimizer.step()
    return loss.item(), total_norm
